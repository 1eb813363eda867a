package org.catrl.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.catrl.compute.PagedRows;
import org.catrl.model.Runner;

/**
 * Continues prompts with a model. What a request gets does not depend on the other requests, their order, or the sizes
 * of the runner. One thread at a time; the runner stays the caller's to close, and sees weight updates between calls.
 */
public final class Generator {
    private final Runner runner;
    private final Function<int[], String> decode;
    private final long seed;
    private final boolean sharePrompts;
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * A generator that runs a model.
     *
     * @param runner the model; the caller closes it
     * @param decode text of ids, for stop strings
     * @param seed   the seed of the stream that all draws are of
     */
    public Generator(Runner runner, Function<int[], String> decode, long seed) {
        this(runner, decode, seed, true);
    }

    /**
     * A generator.
     *
     * @param sharePrompts false: every rollout prefills its prompt; it costs time and changes no bit
     */
    Generator(Runner runner, Function<int[], String> decode, long seed, boolean sharePrompts) {
        this.runner = runner;
        this.decode = decode;
        this.seed = seed;
        this.sharePrompts = sharePrompts;
    }

    /** The longest prompt and completion together, in tokens. */
    public int maxPositions() {
        return runner.maxPositions();
    }

    /**
     * Draws the samples of each request, in order.
     *
     * @throws RequestException before anything runs, when one cannot be
     */
    public List<List<Completion>> generate(List<Request> requests) {
        return generate(requests, (request, rollout, completion) -> { });
    }

    /**
     * Draws the samples of each request, in order.
     *
     * @param listener hears of each token and of each completion as it ends
     * @throws RequestException before anything runs, when a request cannot be run
     */
    public List<List<Completion>> generate(List<Request> requests, GenerationListener listener) {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("this generator is at work; it takes one call at a time");
        }
        try {
            return run(requests, listener);
        } finally {
            busy.set(false);
        }
    }

    private List<List<Completion>> run(List<Request> requests, GenerationListener listener) {
        List<PromptTask> tasks = new ArrayList<>();
        Completion[][] results = new Completion[requests.size()][];
        for (int i = 0; i < results.length; i++) {
            List<PromptTask> ofRequest = tasks(i, requests.get(i));
            check(ofRequest.get(0));
            tasks.addAll(ofRequest);
            results[i] = new Completion[requests.get(i).samples()];
        }
        // The books are new for each call, so a call that failed holds no blocks.
        new Scheduler(runner, new Blocks(runner.blocks()), decode, seed, tasks, new Scheduler.Listener() {
            @Override
            public void grew(Sequence sequence) {
                listener.drawn(sequence.task.index, sequence.rollout, sequence.lastId());
            }

            @Override
            public void finished(Sequence sequence) {
                Completion completion = sequence.completion();
                results[sequence.task.index][sequence.rollout] = completion;
                listener.finished(sequence.task.index, sequence.rollout, completion);
            }
        }).run();
        return Arrays.stream(results).map(List::of).toList();
    }

    private List<PromptTask> tasks(int index, Request request) {
        if (sharePrompts) {
            return List.of(new PromptTask(index, request, 0, request.samples()));
        }
        List<PromptTask> tasks = new ArrayList<>();
        for (int rollout = 0; rollout < request.samples(); rollout++) {
            tasks.add(new PromptTask(index, request, rollout, 1));
        }
        return tasks;
    }

    private void check(PromptTask task) {
        Request request = task.request;
        int prompt = task.promptLength();
        long positions = (long) prompt + request.settings().maxCompletionLength();
        if (prompt >= runner.maxPositions()) {
            throw refuse(task, "it has " + prompt + " tokens, which leaves no room in the model's context of "
                    + runner.maxPositions() + "; shorten it");
        }
        if (positions > runner.maxPositions()) {
            throw refuse(task, "its " + prompt + " tokens and max_completion_length "
                    + request.settings().maxCompletionLength() + " make " + positions + ", the model's context is "
                    + runner.maxPositions() + "; shorten the prompt or lower max_completion_length");
        }
        if (task.leastBlocks() > runner.blocks()) {
            throw refuse(task, "its " + prompt + " tokens and max_completion_length "
                    + request.settings().maxCompletionLength() + " take " + task.leastBlocks() + " cache blocks of "
                    + PagedRows.BLOCK + " tokens, the cache has " + runner.blocks()
                    + "; give it more (sampling.cache_mb)");
        }
        checkIds(task, request.prompt(), "token");
        checkIds(task, task.stopTokens, "stop token");
    }

    private void checkIds(PromptTask task, int[] ids, String what) {
        for (int id : ids) {
            if (id < 0 || id >= runner.vocab()) {
                throw refuse(task, "it has the " + what + " " + id + ", the model's vocabulary is " + runner.vocab()
                        + "; is this the model's tokenizer?");
            }
        }
    }

    private static RequestException refuse(PromptTask task, String why) {
        return new RequestException("prompt " + task.request.key().prompt() + " (request " + task.index
                + ") cannot be continued: " + why);
    }
}
