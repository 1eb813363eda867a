/**
 * The record of a run: its folder, its database {@code run.db} (written by {@link org.catrl.record.RunRecord}, read by
 * {@link org.catrl.record.RunReader}), its checkpoints, and what the process holds of memory. A leaf: it takes text,
 * numbers and records of its own, and knows neither recipes nor models.
 */
package org.catrl.record;
