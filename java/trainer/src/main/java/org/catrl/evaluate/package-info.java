/**
 * Measurements against gold: accuracy, rubric scores, the comparison of aggregators, and the control experiment that
 * trains on gold by name. No other package above {@code data} reads a gold answer.
 */
package org.catrl.evaluate;
