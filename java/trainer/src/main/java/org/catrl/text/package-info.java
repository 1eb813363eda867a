/**
 * Text to token ids and back, and the answer a text ends with: where it stands, and when two answers are the same.
 *
 * <p>A leaf, called by {@code generate}, {@code aggregate}, {@code reward} and above; knows nothing of models.
 */
package org.catrl.text;
