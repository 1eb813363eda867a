/** The record of a run: its folder, metrics, groups with their evidence, checkpoints. A leaf. */
package org.catrl.record;
