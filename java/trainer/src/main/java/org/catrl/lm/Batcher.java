package org.catrl.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A queue of questions that wait for each other: the first who wants an answer has all of them answered in one batch,
 * in the order in which they were put.
 *
 * <pre>{@code
 * Batcher<String, Integer> lengths = new Batcher<>(texts -> texts.stream().map(String::length).toList());
 * Pending<Integer> first = lengths.submit("one");
 * Pending<Integer> second = lengths.submit("three");
 * first.get(); // answers both
 * }</pre>
 */
public final class Batcher<Q, A> {
    private record Waiting<Q, A>(Q question, CompletableFuture<A> answer) { }

    private final Function<List<Q>, List<A>> answers;
    /** Held while a batch is answered; what answers it may want answers of another batcher, never the reverse. */
    private final Object answering = new Object();
    private List<Waiting<Q, A>> waiting = new ArrayList<>();

    /**
     * A batcher in which nothing waits.
     *
     * @param answers answers a batch of questions, one answer for each, in order
     */
    public Batcher(Function<List<Q>, List<A>> answers) {
        this.answers = answers;
    }

    /** The answer, which is there once somebody wants it, or another one of the same batch. */
    public synchronized Pending<A> submit(Q question) {
        Waiting<Q, A> last = new Waiting<>(question, new CompletableFuture<>());
        waiting.add(last);
        return Pending.driven(last.answer, this::drain);
    }

    private synchronized List<Waiting<Q, A>> taken() {
        List<Waiting<Q, A>> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /** Answers what waits, one batch at a time, whatever threads ask; false when nothing waited. */
    private boolean drain() {
        synchronized (answering) {
            List<Waiting<Q, A>> batch = taken();
            if (!batch.isEmpty()) {
                answer(batch);
            }
            return !batch.isEmpty();
        }
    }

    private void answer(List<Waiting<Q, A>> batch) {
        try {
            List<A> answered = answers.apply(batch.stream().map(Waiting::question).toList());
            if (answered.size() != batch.size()) {
                throw new IllegalStateException(answered.size() + " answers came to " + batch.size() + " questions");
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer.complete(answered.get(i));
            }
        } catch (RuntimeException | Error e) {
            batch.forEach(waiting -> waiting.answer.completeExceptionally(e));
        }
    }
}
