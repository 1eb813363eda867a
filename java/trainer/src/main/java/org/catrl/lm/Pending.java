package org.catrl.lm;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A result that is there now or will be. Questions wait in a {@link Batcher} until someone {@link #get gets} a result
 * that depends on them; what waits then is answered together. So whoever holds many pending results gets them
 * {@link #all all at once}, and what needs several rounds of questions puts them one behind the other by
 * {@link #flatMap}. Results may be wanted by several threads; the models of one backend, though, belong to one
 * thread at a time.
 *
 * <pre>{@code
 * Pending<Integer> lengths = model.ask(query).map(reply -> reply.rollout().map(Rollout::text).orElse("").length());
 * int length = lengths.get();
 * }</pre>
 */
public final class Pending<T> {
    private final CompletableFuture<T> result;
    /** Does something towards the result; false when there is nothing that this thread can do. */
    private final BooleanSupplier driver;

    private Pending(CompletableFuture<T> result, BooleanSupplier driver) {
        this.result = result;
        this.driver = driver;
    }

    /** A result that is there. */
    public static <T> Pending<T> of(T value) {
        return new Pending<>(CompletableFuture.completedFuture(value), () -> false);
    }

    /** A result that someone else completes, while the driver is asked to help. */
    static <T> Pending<T> driven(CompletableFuture<T> result, BooleanSupplier driver) {
        return new Pending<>(result, driver);
    }

    /** All results, in order. */
    public static <T> Pending<List<T>> all(List<Pending<T>> parts) {
        CompletableFuture<Void> done = CompletableFuture.allOf(parts.stream().map(part -> part.result)
                .toArray(CompletableFuture[]::new));
        return new Pending<>(done.thenApply(nothing -> parts.stream().map(part -> part.result.join()).toList()),
                () -> parts.stream().anyMatch(Pending::advance));
    }

    /** What is made of the result, once it is there. */
    public <R> Pending<R> map(Function<? super T, ? extends R> function) {
        return new Pending<>(result.thenApply(function), driver);
    }

    /** The result of what is asked next, once this one is there. */
    public <R> Pending<R> flatMap(Function<? super T, Pending<R>> next) {
        CompletableFuture<Pending<R>> second = result.thenApply(next);
        return new Pending<>(second.thenCompose(pending -> pending.result),
                () -> !second.isDone() && driver.getAsBoolean() || advance(second));
    }

    /** Whether the next question is there and was helped on; another thread may have answered the one before. */
    private static <R> boolean advance(CompletableFuture<Pending<R>> next) {
        return next.isDone() && !next.isCompletedExceptionally() && next.join().advance();
    }

    /**
     * The result: answers what it waits for, on this thread, together with all else that waits in the same places.
     * Throws what was thrown while it was made, as it was.
     */
    public T get() {
        boolean advanced = true;
        while (advanced && !result.isDone()) {
            advanced = driver.getAsBoolean();
        }
        try {
            return result.join(); // what this thread cannot answer, another one is answering
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            if (e.getCause() instanceof Error thrown) {
                throw thrown;
            }
            throw e;
        }
    }

    private boolean advance() {
        return !result.isDone() && driver.getAsBoolean();
    }
}
