/**
 * Checks of a backend on the user's machine: the contract of the ops, gradients and a step of training, against the
 * reference and the CPU. It stands beside {@link org.catrl.run}, of which it uses the problems of a recipe; the command
 * calls it.
 */
package org.catrl.selftest;
