/**
 * The command: one thin file a subcommand, which parses, prints and ends with an exit code. What is done is in
 * {@link org.catrl.run}; nothing calls this package, and only it knows the terminal.
 */
package org.catrl.cli;
