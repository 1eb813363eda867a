package org.catrl.generate;

import java.util.Arrays;
import java.util.function.Function;

/** One rollout being drawn. */
final class Sequence {
    private static final int FIRST_CAPACITY = 16;

    final PromptTask task;
    final int rollout;
    /** Cache blocks in order of positions; null until the rollout has started, that is, left the shared prompt. */
    int[] table;
    private final StopText stopText;
    private final SeenIds seen;
    private int[] ids;
    private float[] logProbs;
    private int length;
    private Finish finish;

    /**
     * A rollout that has drawn nothing.
     *
     * @param seen ids for its repetition penalty, or null
     * @param decode for stop strings
     */
    Sequence(PromptTask task, int rollout, SeenIds seen, Function<int[], String> decode) {
        SamplingSettings settings = task.request.settings();
        int capacity = Math.min(FIRST_CAPACITY, settings.maxCompletionLength());
        this.task = task;
        this.rollout = rollout;
        this.seen = seen;
        this.stopText = settings.stopStrings().isEmpty() ? null : new StopText(settings.stopStrings(), decode);
        this.ids = new int[capacity];
        this.logProbs = new float[capacity];
    }

    /** How many tokens it has drawn. */
    int length() {
        return length;
    }

    /** How many tokens it may still draw. */
    int remaining() {
        return task.request.settings().maxCompletionLength() - length;
    }

    /** The token drawn last. */
    int lastId() {
        return ids[length - 1];
    }

    /** The position at which the token drawn last goes into the model. */
    int position() {
        return task.promptLength() + length - 1;
    }

    /** The ids that its repetition penalty applies to, or null when it has none. */
    SeenIds seen() {
        return seen;
    }

    /** Whether it has ended. */
    boolean finished() {
        return finish != null;
    }

    /** Takes the next token, and ends with it if that is how it ends. */
    void accept(int id, float logProb) {
        if (length == ids.length) {
            int capacity = Math.min(2 * length, task.request.settings().maxCompletionLength());
            ids = Arrays.copyOf(ids, capacity);
            logProbs = Arrays.copyOf(logProbs, capacity);
        }
        ids[length] = id;
        logProbs[length++] = logProb;
        if (seen != null) {
            seen.add(id);
        }
        finish = finishAfter(id);
    }

    private Finish finishAfter(int id) {
        for (int stop : task.stopTokens) {
            if (id == stop) {
                return Finish.STOP_TOKEN;
            }
        }
        if (stopText != null && stopText.endsAt(id)) {
            return Finish.STOP_STRING;
        }
        return length == task.request.settings().maxCompletionLength() ? Finish.LENGTH : null;
    }

    /** What it drew; to be asked for once it has ended. */
    Completion completion() {
        return new Completion(Arrays.copyOf(ids, length), Arrays.copyOf(logProbs, length), finish);
    }
}
