/**
 * Recipes: the YAML file, its parts as records, presets, and errors that name file, line and key. Knows nothing of how a
 * run is carried out.
 */
package org.catrl.recipe;
