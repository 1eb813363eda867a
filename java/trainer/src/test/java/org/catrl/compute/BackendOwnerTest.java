package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend belongs to one thread at a time: a second one is told so, and nothing crashes or changes a number. */
@Tag("hostile")
class BackendOwnerTest {
    private static final int SIZE = 96;

    private static Backend open(String name) {
        return name.startsWith("emulated") ? EmulatedCuda.open(false, false) : Backends.open(name, 2).backend();
    }

    /** Products, transfers and slices without end. */
    private static final class Work {
        private final Backend backend;
        private final Buffer x;
        private final Buffer y;

        Work(Backend backend) {
            this.backend = backend;
            this.x = backend.allocate(DType.F32, SIZE * SIZE, "x");
            this.y = backend.allocate(DType.F32, SIZE * SIZE, "y");
            backend.fill(x, 1);
        }

        float once() {
            backend.fill(y, 0);
            backend.linearBackwardInput(y, x, x, SIZE, SIZE, SIZE, false);
            float[] first = new float[1];
            y.slice(SIZE, 1).read(0, first, 0, 1);
            return first[0];
        }

        /** Works until it is refused. */
        RuntimeException untilRefused() {
            try {
                while (true) {
                    assertEquals(SIZE, once());
                }
            } catch (IllegalStateException e) {
                return e;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "emulated cuda"})
    void closingWaitsForTheOpAtHandAndRefusesWhatComesAfter(String name) {
        int closes = name.equals("cpu") ? 200 : 10;
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < closes; i++) {
                Backend backend = open(name);
                Work work = new Work(backend);
                AtomicReference<RuntimeException> refused = new AtomicReference<>();
                Thread worker = new Thread(() -> refused.set(work.untilRefused()), "worker");
                worker.start();
                Thread.sleep(i % 5);
                backend.close();
                worker.join();
                assertTrue(refused.get().getMessage().contains("closed"), refused.get().getMessage());
                assertEquals(0, backend.ledger().total());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "emulated cuda"})
    void aSecondThreadIsToldWhoIsInside(String name) {
        try (Backend backend = open(name)) {
            Work work = new Work(backend);
            String message = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> whileInside(backend, inside ->
                    assertThrows(IllegalStateException.class, work::once).getMessage()));
            assertTrue(message.startsWith("fill: thread \"") && message.contains("calls the " + backend.name()
                    + " backend while thread \"inside\" is within replay; one thread at a time"), message);
            assertEquals(SIZE, work.once());
        }
    }

    /** Asks while another thread is within an op. */
    private static <T> T whileInside(Backend backend, Function<Thread, T> asked) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread other = new Thread(() -> backend.replay("key", () -> {
            entered.countDown();
            awaitQuietly(leave);
        }), "inside");
        other.start();
        entered.await();
        try {
            return asked.apply(other);
        } finally {
            leave.countDown();
            other.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "emulated cuda"})
    void transfersAndAllocationAreGuardedToo(String name) {
        try (Backend backend = open(name)) {
            Buffer buffer = backend.allocate(DType.F32, 4, "b");
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> whileInside(backend, inside -> {
                assertThrows(IllegalStateException.class, buffer::floats);
                assertThrows(IllegalStateException.class, () -> buffer.put(1f));
                assertThrows(IllegalStateException.class, () -> backend.allocate(DType.F32, 4, "c"));
                assertThrows(IllegalStateException.class, () -> backend.packedLength(4, 4));
                return assertThrows(IllegalStateException.class, backend::synchronize);
            }));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "emulated cuda"})
    void closingWithinAnOpIsRefusedAndTheBackendGoesOn(String name) {
        try (Backend backend = open(name)) {
            Work work = new Work(backend);
            String message = assertThrows(IllegalStateException.class,
                    () -> backend.replay("key", backend::close)).getMessage();
            assertTrue(message.contains("cannot be closed within replay"), message);
            assertEquals(SIZE, work.once());
        }
    }

    /** Buffers may be closed by any thread: no op of their owner's thread fails for it. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "emulated cuda"})
    void buffersClosedByAnotherThreadDisturbNoOp(String name) {
        try (Backend backend = open(name)) {
            Work work = new Work(backend);
            Buffer[] others = new Buffer[name.equals("cpu") ? 500 : 20];
            for (int i = 0; i < others.length; i++) {
                others[i] = backend.allocate(DType.F32, 64, "others");
            }
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                Thread closer = new Thread(() -> Arrays.stream(others).forEach(Buffer::close));
                closer.start();
                do {
                    assertEquals(SIZE, work.once());
                } while (closer.isAlive());
            });
            assertEquals(2L * SIZE * SIZE * Float.BYTES, backend.ledger().total());
        }
    }

    /** Two threads, each with buffers of its own: whoever is not refused computes what it would alone. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void twoThreadsAtOnceComputeRightNumbersOrAreRefused(String name) {
        try (Backend backend = open(name)) {
            Work first = new Work(backend);
            Work second = new Work(backend);
            AtomicReference<Throwable> wrong = new AtomicReference<>();
            Consumer<Work> tries = work -> {
                for (int i = 0; i < 300; i++) {
                    try {
                        float got = work.once();
                        if (got != SIZE) {
                            wrong.set(new AssertionError("computed " + got));
                        }
                    } catch (IllegalStateException e) {
                        if (!e.getMessage().contains("one thread at a time")) {
                            wrong.set(e);
                        }
                    }
                }
            };
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                Thread other = new Thread(() -> tries.accept(second));
                other.start();
                tries.accept(first);
                other.join();
            });
            assertEquals(null, wrong.get());
        }
    }

    /** Threads that take turns are welcome: a program may sample on one and train on another. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void threadsMayTakeTurns(String name) throws InterruptedException {
        try (Backend backend = open(name)) {
            Work work = new Work(backend);
            AtomicReference<Float> got = new AtomicReference<>();
            for (int i = 0; i < 5; i++) {
                Thread turn = new Thread(() -> got.set(work.once()));
                turn.start();
                turn.join();
                assertEquals(SIZE, got.get());
            }
        }
    }
}
