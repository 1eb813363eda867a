/**
 * Recipes: the YAML file, its parts as records, presets, and errors that name file, line and key.
 *
 * <p>{@link org.catrl.recipe.Recipes} reads them. A part that is marked {@link org.catrl.setting.Inline} has no section
 * of its own: its keys stand among those of the record that holds it, so that recipes stay flat where their users know
 * them flat. A sealed type marked {@link org.catrl.setting.Kinds} is told apart by a key, and each of its records knows
 * only its own. Records make the library's objects that they describe; how a run is carried out they do not know.
 * Called by {@code run}, {@code selftest}, {@code cli} and by whoever embeds it.
 */
package org.catrl.recipe;
