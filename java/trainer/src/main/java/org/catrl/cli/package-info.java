/**
 * The command: one file per subcommand, each thin; recipes as records, and what is printed. Nothing calls this package.
 */
package org.catrl.cli;
