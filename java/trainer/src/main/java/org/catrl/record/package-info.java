/**
 * The record of a run: its folder with metrics and groups, its {@link org.catrl.record.Checkpoints}, which a thread of
 * their own writes, and what the process holds of memory. A leaf: it takes text, numbers and records to be written as
 * JSON, and knows neither recipes nor models.
 */
package org.catrl.record;
