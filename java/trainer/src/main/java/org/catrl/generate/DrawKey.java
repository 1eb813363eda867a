package org.catrl.generate;

import org.catrl.data.KeyedRandom;

/**
 * The random key of a completion: with the stream's seed and the number of a token it decides which random number draws
 * that token. No two draws of a stream have the same key.
 *
 * @param step    the step of the run, from 0, or {@link #OUTSIDE_STEPS}
 * @param prompt  number of the prompt that it is drawn for
 * @param rollout which of the draws for this prompt and purpose, from 0
 * @param purpose what is drawn
 */
public record DrawKey(int step, int prompt, int rollout, Purpose purpose) {
    /** The step of what is drawn outside of any step of a run, by an evaluation: no draw of training has its key. */
    public static final int OUTSIDE_STEPS = -1;
    /** Draws for one prompt and purpose. */
    static final int MOST = 1 << 24;

    /** What is drawn. */
    public enum Purpose {
        /** An answer to the prompt itself. */
        ROLLOUT(0),
        /** A synthesis of a group's rollouts. The anchor's stream is not the policy's, so the two may count alike. */
        SYNTHESIS(0),
        /** A member of a round of recursive synthesis. */
        RECURSION(1),
        /** The choice of the best rollout by its number. */
        SELECTION(2),
        /** A rollout's rating. */
        RATING(3),
        /** A rubric. */
        RUBRIC(4),
        /** A judge's verdict. */
        VERDICT(5);

        /** The highest eight bits of the counter's third word. */
        private final int code;

        Purpose(int code) {
            this.code = code;
        }
    }

    public DrawKey {
        if (step < OUTSIDE_STEPS) {
            throw new IllegalArgumentException("step is " + step + "; it must be 0 or more, or OUTSIDE_STEPS ("
                    + OUTSIDE_STEPS + ")");
        }
        if (rollout < 0 || rollout >= MOST) {
            throw new IllegalArgumentException("rollout is " + rollout + "; it must be in [0, " + MOST + ")");
        }
    }

    /** The key of a prompt's first rollout. */
    public static DrawKey rollout(int step, int prompt) {
        return new DrawKey(step, prompt, 0, Purpose.ROLLOUT);
    }

    /** The key of another draw for the same prompt and purpose. */
    public DrawKey numbered(int draw) {
        return new DrawKey(step, prompt, draw, purpose);
    }

    /** The third word of the counter of the draw so many after this one. */
    int counter(int later) {
        return purpose.code << 24 | rollout + later;
    }

    /** A hash of the key: 64 well-mixed bits. */
    public long hash() {
        return KeyedRandom.hash(MOST, step, prompt, counter(0));
    }
}
