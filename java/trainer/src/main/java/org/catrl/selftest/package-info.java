/** The self-test of a backend on a user's own machine: ops, gradients and a step, against the reference and the CPU. */
package org.catrl.selftest;
