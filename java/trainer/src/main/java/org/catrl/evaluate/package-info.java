/**
 * Measurements against gold: accuracy, rubric scores, the comparison of aggregators, and the control experiment that
 * trains on gold by name. Training reads no gold; {@code run} only carries labelled problems here.
 */
package org.catrl.evaluate;
