/**
 * The specification: every op of {@link org.catrl.compute.Backend} in plain Java, slow and exact, F32 values held and
 * summed as doubles. The contract tests measure every other backend against it, and finite differences check its
 * gradients. Called by tests, by the self-test, and by whoever asks for the backend "reference".
 */
package org.catrl.compute.reference;
