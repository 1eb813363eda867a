/**
 * What surrounds a run: the recipe it is made from and the folder that records it. A leaf: settings arrive as records
 * and leave as JSON and YAML; nothing here knows what they mean.
 */
package org.catrl.run;
