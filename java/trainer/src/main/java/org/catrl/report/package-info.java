/**
 * Looking at runs: one page of curves, steps and evidence, as a file of its own ({@code catrl report}) or served live
 * on this machine ({@code catrl ui}). It reads what stands in the run's record and writes nothing into it. What a model
 * wrote is text on the page, never markup. Used by the command alone.
 */
package org.catrl.report;
