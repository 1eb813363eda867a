package org.catrl.text.jinja;

import java.util.List;

/**
 * What a dict's keys(), values() and items() give: it can be looped over and counted, not indexed.
 *
 * @param name  Python's name for it
 * @param items what it shows
 */
record View(String name, List<Object> items) { }
