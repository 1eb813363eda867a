package org.catrl.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.catrl.model.Decoded;
import org.catrl.model.Runner;

/**
 * Continuous batching. Each pass feeds one row of every running rollout and, in what room is left, prompt rows of those
 * that enter. A prompt is prefilled once: the first token of each of its rollouts is drawn from its last row, and the
 * rollouts share its blocks.
 *
 * <p>A prompt enters when the cache can hold it and all its rollouts at full length, so no rollout is ever thrown out
 * again. Only a prompt whose rollouts do not fit together enters when it is alone, and they run in turns.
 */
final class Scheduler {
    private final Runner runner;
    private final Blocks blocks;
    private final Function<int[], String> decode;
    private final Listener listener;
    private final BatchBuilder pass;
    private final Deque<PromptTask> waiting;
    private final List<PromptTask> prefilling = new ArrayList<>();
    private final Deque<Sequence> drawnOnce = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final List<Sequence> entering = new ArrayList<>();
    private int unfinished;
    private int reserved;
    private int[] ids = {};
    private float[] logProbs = {};

    /** Hears of rollouts. */
    interface Listener {
        /** Hears that a sequence has grown by one token, its last. */
        default void grew(Sequence sequence) { }

        /** Hears that a sequence has ended. */
        void finished(Sequence sequence);
    }

    /**
     * A schedule of the tasks, in order.
     *
     * @param decode text of ids, for stop strings
     * @param seed   the Philox key
     */
    Scheduler(Runner runner, Blocks blocks, Function<int[], String> decode, long seed, List<PromptTask> tasks,
              Listener listener) {
        this.runner = runner;
        this.blocks = blocks;
        this.decode = decode;
        this.listener = listener;
        this.pass = new BatchBuilder(seed);
        this.waiting = new ArrayDeque<>(tasks);
    }

    /** Runs every task to its end. */
    void run() {
        while (unfinished > 0 || !waiting.isEmpty()) {
            while (!drawnOnce.isEmpty() && running.size() < runner.maxRows() && start(drawnOnce.peek())) {
                running.add(drawnOnce.remove());
            }
            while (!waiting.isEmpty() && mayEnter(waiting.peek())) {
                enter(waiting.remove());
            }
            if (mayLookAhead()) {
                ahead();
            } else {
                pass();
            }
        }
    }

    /** Whether a prompt may enter. More prompts than fill the rows would only sit on their blocks. */
    private boolean mayEnter(PromptTask task) {
        int needed = task.promptBlocks() + task.ownBlocks(task.samples);
        return unfinished == 0 || unfinished < runner.maxRows() && needed <= blocks.available() - reserved;
    }

    private void enter(PromptTask task) {
        task.blocks = new int[task.promptBlocks()];
        Arrays.setAll(task.blocks, i -> blocks.take());
        unfinished += task.samples;
        prefilling.add(task);
        unstarted(task, task.samples);
    }

    /** Keeps the reservation in step; a prompt whose rollouts have all taken their share lets go of its blocks. */
    private void unstarted(PromptTask task, int rollouts) {
        reserved += task.ownBlocks(rollouts) - task.ownBlocks(task.unstarted);
        task.unstarted = rollouts;
        if (rollouts == 0) {
            blocks.release(task.blocks);
            task.blocks = null;
        }
    }

    /** Gives a rollout its block table: the prompt's whole blocks, a copy of its partial one, and room to grow. */
    private boolean start(Sequence sequence) {
        PromptTask task = sequence.task;
        boolean last = task.unstarted == 1;
        if (blocks.available() < (last ? task.ownBlocks(1) : task.ownBlocks())) {
            return false;
        }
        int[] table = Arrays.copyOf(task.blocks, task.sequenceBlocks());
        int shared = last ? task.promptBlocks() : task.sharedBlocks();
        for (int i = 0; i < table.length; i++) {
            if (i < shared) {
                blocks.share(table[i]);
            } else {
                table[i] = blocks.take();
            }
        }
        if (task.partial() && !last) {
            runner.copyBlock(task.blocks[shared], table[shared]);
        }
        sequence.table = table;
        unstarted(task, task.unstarted - 1);
        return true;
    }

    /** Whether every row is a rollout in the middle of its completion, and only stop ids are to be looked for. */
    private boolean mayLookAhead() {
        return runner.lookahead() > 1 && prefilling.isEmpty() && !running.isEmpty()
                && running.stream().allMatch(sequence -> sequence.seen() == null);
    }

    /** Draws several tokens of every running rollout at once. What a rollout drew after its end is dropped. */
    private void ahead() {
        pass.clear();
        int[] left = new int[running.size()];
        int[][] stops = new int[running.size()][];
        for (int i = 0; i < left.length; i++) {
            Sequence sequence = running.get(i);
            left[i] = Math.min(runner.lookahead(), sequence.remaining());
            stops[i] = sequence.task.stopTokens;
            pass.decode(sequence, left[i]);
        }
        Decoded decoded = runner.decode(pass.batch(), left, stops);
        for (int i = 0; i < left.length; i++) {
            Sequence sequence = running.get(i);
            for (int k = 0; k < decoded.taken()[i] && !sequence.finished(); k++) {
                accept(sequence, decoded.id(i, k), decoded.logProb(i, k));
            }
            leave(sequence);
        }
        running.removeIf(Sequence::finished);
    }

    private void pass() {
        pass.clear();
        running.forEach(pass::decode);
        addPrompts(runner.maxRows() - running.size());
        int draws = pass.draws();
        if (ids.length < draws) {
            ids = new int[draws];
            logProbs = new float[draws];
        }
        runner.run(pass.batch(), ids, logProbs);
        acceptRunning();
        acceptEntering(running.size());
        running.removeIf(Sequence::finished);
        prefilling.removeIf(task -> !task.prefilling());
    }

    private void addPrompts(int room) {
        entering.clear();
        for (PromptTask task : prefilling) {
            if (room == 0) {
                return;
            }
            int rows = Math.min(room, task.promptLength() - task.prefilled);
            pass.prompt(task, task.prefilled, task.prefilled + rows);
            task.prefilled += rows;
            room -= rows;
            if (!task.prefilling()) {
                addFirstDraws(task);
            }
        }
    }

    private void addFirstDraws(PromptTask task) {
        SeenIds seen = task.request.settings().repetitionPenalty() == 1 ? null : SeenIds.of(task.request.prompt());
        for (int i = 0; i < task.samples; i++) {
            Sequence sequence = new Sequence(task, task.firstRollout + i, seen == null ? null : seen.copy(), decode);
            entering.add(sequence);
            pass.first(sequence);
        }
    }

    private void accept(Sequence sequence, int id, float logProb) {
        sequence.accept(id, logProb);
        listener.grew(sequence);
    }

    private void acceptRunning() {
        for (int i = 0; i < running.size(); i++) {
            Sequence sequence = running.get(i);
            accept(sequence, ids[i], logProbs[i]);
            leave(sequence);
        }
    }

    /** Lets a rollout that has ended go of its blocks. */
    private void leave(Sequence sequence) {
        if (sequence.finished()) {
            blocks.release(sequence.table);
            finish(sequence);
        }
    }

    private void acceptEntering(int firstDraw) {
        for (int i = 0; i < entering.size(); i++) {
            Sequence sequence = entering.get(i);
            accept(sequence, ids[firstDraw + i], logProbs[firstDraw + i]);
            if (sequence.finished()) {
                unstarted(sequence.task, sequence.task.unstarted - 1);
                finish(sequence);
            } else {
                drawnOnce.add(sequence);
            }
        }
    }

    private void finish(Sequence sequence) {
        unfinished--;
        listener.finished(sequence);
    }
}
