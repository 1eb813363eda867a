/**
 * How a file of a model folder is opened, whoever made the folder: regular files inside it only, of a bounded size.
 *
 * <p>A leaf, called by {@code text}, {@code model} and {@code lm}.
 */
package org.catrl.folder;
