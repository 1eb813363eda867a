/**
 * Guards without labels: what tells a run that gets better from one that only looks so. A fixed set of prompts
 * ({@link org.catrl.guard.ProbeSet}) is asked every few steps; the references that the initial policy's rollouts gave
 * at step 0 are the yardstick that policy and teacher cannot move. {@link org.catrl.guard.Guard} keeps the history,
 * finds the best step and warns. The signals beside the score are one class each, pure functions of groups; of these
 * a run logs {@link org.catrl.guard.AnswerSpread}. The others warned too often, or not of every collapse; they serve
 * the study in the benchmarks that says so. Nothing here sees a label. Called by {@code recipe} and {@code run}.
 */
package org.catrl.guard;
