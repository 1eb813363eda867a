package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.catrl.generate.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions that wait for each other. */
@Timeout(20)
class PendingTest {
    private final List<List<Integer>> batches = new ArrayList<>();
    private final Batcher<Integer, Integer> doubles = new Batcher<>(batch -> {
        batches.add(batch);
        return batch.stream().map(number -> 2 * number).toList();
    });

    @Test
    void theFirstWhoWantsAnAnswerHasAllAnswered() {
        Pending<Integer> first = doubles.submit(1);
        Pending<Integer> second = doubles.submit(2);
        assertEquals(List.of(), batches, "nobody wants anything yet");
        assertEquals(4, second.get());
        assertEquals(2, first.get());
        assertEquals(List.of(List.of(1, 2)), batches);
    }

    /** Groups that need one, two and three rounds: every round of all groups is one batch. */
    @Test
    void roundsOfManyGroupsMeetInOneBatchEach() {
        List<Pending<Integer>> groups = IntStream.rangeClosed(1, 3).mapToObj(rounds -> round(10 * rounds, rounds))
                .toList();
        assertEquals(List.of(20, 80, 240), Pending.all(groups).get());
        assertEquals(List.of(List.of(10, 20, 30), List.of(40, 60), List.of(120)), batches);
    }

    private Pending<Integer> round(int number, int rounds) {
        Pending<Integer> answer = doubles.submit(number);
        return rounds == 1 ? answer : answer.flatMap(twice -> round(twice, rounds - 1));
    }

    @Test
    void whatWaitsInSeveralPlacesIsFound() {
        Batcher<Integer, Integer> squares = new Batcher<>(batch -> {
            batches.add(batch);
            return batch.stream().map(number -> number * number).toList();
        });
        List<Pending<Integer>> both = List.of(doubles.submit(3).flatMap(squares::submit), squares.submit(5)
                .map(x -> -x),
                Pending.of(7));
        assertEquals(List.of(36, -25, 7), Pending.all(both).get());
        assertEquals(List.of(), Pending.all(List.<Pending<Integer>>of()).get());
    }

    @Test
    void whatIsThrownComesOutAsItWas() {
        for (Throwable thrown : List.of(new RequestException("too long"), new OutOfMemoryError("device"))) {
            Batcher<Integer, Integer> broken = new Batcher<>(batch -> raise(thrown));
            Pending<Integer> first = broken.submit(1).map(x -> x + 1);
            Pending<Integer> second = broken.submit(2).flatMap(doubles::submit);
            assertSame(thrown, assertThrows(Throwable.class, () -> Pending.all(List.of(second, first)).get()));
            assertSame(thrown, assertThrows(Throwable.class, first::get));
            Pending<Integer> later = doubles.submit(1).map(x -> raise(thrown));
            assertSame(thrown, assertThrows(Throwable.class, later::get));
        }
    }

    private static <T> T raise(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    @Test
    void everyQuestionHasItsAnswer() {
        Batcher<Integer, Integer> miscounting = new Batcher<>(batch -> batch.subList(1, batch.size()));
        assertEquals("0 answers came to 1 questions",
                assertThrows(IllegalStateException.class, miscounting.submit(1)::get).getMessage());
    }

    /** What one thread is answering, another one waits for. */
    @Test
    void anotherThreadMayBeAtWork() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        Batcher<Integer, Integer> slow = new Batcher<>(batch -> {
            begun.countDown();
            await(waited);
            return batch;
        });
        Pending<Integer> answer = slow.submit(1);
        CompletableFuture<Integer> elsewhere = CompletableFuture.supplyAsync(answer::get);
        begun.await();
        CompletableFuture<Integer> here = CompletableFuture.supplyAsync(answer.map(Function.identity())::get);
        waited.countDown();
        assertEquals(1, elsewhere.join());
        assertEquals(1, here.join());
    }

    /** Whoever waits for an answer that another thread is making asks what comes after it himself. */
    @Test
    void theNextQuestionIsAskedByWhoeverWantsIt() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        Batcher<Integer, Integer> slow = new Batcher<>(batch -> {
            begun.countDown();
            await(waited);
            return batch;
        });
        Pending<Integer> first = slow.submit(1);
        Pending<Integer> both = first.flatMap(doubles::submit);
        CompletableFuture<Integer> elsewhere = CompletableFuture.supplyAsync(first::get);
        begun.await();
        Thread here = new Thread(both::get);
        here.start();
        while (here.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait(); // until it waits for the batch that the other thread answers
        }
        waited.countDown();
        assertEquals(1, elsewhere.join());
        here.join();
        assertEquals(List.of(List.of(1)), batches);
        assertEquals(2, both.get());
    }

    /** A model takes one call at a time, so its questions come one batch at a time. */
    @Test
    void batchesOfManyThreadsDoNotMeet() {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Batcher<Integer, Integer> busy = new Batcher<>(batch -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.yield();
            atOnce.decrementAndGet();
            return batch;
        });
        List<CompletableFuture<Integer>> threads = IntStream.range(0, 200)
                .mapToObj(number -> CompletableFuture.supplyAsync(() -> busy.submit(number).get())).toList();
        assertEquals(IntStream.range(0, 200).boxed().toList(), threads.stream().map(CompletableFuture::join).toList());
        assertEquals(1, most.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
