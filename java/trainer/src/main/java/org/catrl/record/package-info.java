/**
 * The record of a run: its folder with metrics and groups, checkpoints, and what the process holds of memory. A leaf:
 * it takes text, numbers and records to be written as JSON, and knows neither recipes nor models.
 */
package org.catrl.record;
