package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is CUDA's own: failures that come late, recordings, memory that ends. On the emulated device. */
class CudaBackendTest {
    private static final int FAILING_DEVICE = 2;

    private static Backend failing(boolean check) {
        return Backends.cuda(EmulatedCuda.library(), new BackendSettings(1, FAILING_DEVICE, false, check));
    }

    private static String message(Class<? extends RuntimeException> type, Executable call) {
        return assertThrows(type, call).getMessage();
    }

    @Test
    void aKernelThatFailsIsToldByTheNextReadAndMakesTheBackendUnusable() {
        try (Backend backend = failing(false)) {
            Buffer x = backend.allocate(DType.F32, 10, "test");
            backend.fill(x, 1);
            String first = message(IllegalStateException.class, x::floats);
            assertTrue(first.startsWith("a kernel failed: unspecified launch failure (open the backend with checked "),
                    first);
            assertTrue(message(RuntimeException.class, () -> backend.fill(x, 2)).contains("unusable since an earlier "
                    + "failure (a kernel failed: unspecified launch failure"), "a launch");
            assertTrue(message(RuntimeException.class, x::floats).contains("unusable"), "a read");
            assertTrue(message(RuntimeException.class, () -> backend.allocate(DType.F32, 1, "test"))
                    .contains("unusable"), "an allocation");
        }
    }

    @Test
    void checkedLaunchesNameTheKernel() {
        try (Backend backend = failing(true)) {
            Buffer x = backend.allocate(DType.F32, 10, "test");
            String message = message(RuntimeException.class, () -> backend.fill(x, 1));
            assertTrue(message.matches("kernel .*fill_kernel.*: unspecified launch failure"), message);
        }
    }

    @Test
    void aBadIdIsToldByTheNextReadAndLeavesTheBackendUsable() {
        try (Backend backend = EmulatedCuda.open(false, false)) {
            Buffer table = backend.allocate(DType.F32, 6, "test").put(1f, 2f, 3f, 4f, 5f, 6f);
            Buffer y = backend.allocate(DType.F32, 4, "test");
            backend.embed(y, table, backend.allocate(DType.I32, 2, "test").put(1, 7), 2, 2, 3);
            assertEquals("embed: ids[1] is 7, outside the table", message(IllegalArgumentException.class, y::floats));
            assertArrayEquals(new float[] {3, 4, 0, 0}, y.floats());
        }
    }

    @Test
    void aFullRecordIsToldByTheNextReadAsOnTheCpuAtOnce() {
        try (Backend cpu = Backends.cpu(null, 1);
                Backend cuda = EmulatedCuda.open(false, false)) {
            assertTrue(message(IllegalArgumentException.class, () -> overfill(cpu)).startsWith("advance: "), "cpu");
            assertEquals("advance: row 0 has taken 1 tokens, its record holds no more",
                    message(IllegalArgumentException.class, () -> overfill(cuda).ints()));
            assertEquals(5, cuda.allocate(DType.I32, 1, "test").put(5).ints()[0], "the backend goes on");
        }
    }

    /** A second token for a record of one; the ids drawn. */
    private static Buffer overfill(Backend backend) {
        DecodeRecord record = new DecodeRecord(1, ints(backend, 1), ints(backend, 0),
                backend.allocate(DType.F32, 1, "test"));
        DecodeState state = new DecodeState(1, ints(backend, 0), ints(backend, 0), ints(backend, 0, 0, 0, 0),
                ints(backend, 2), record, ints(backend, 0, 0), ints(backend, 0));
        Buffer ids = ints(backend, 3);
        backend.advance(state, ids, backend.allocate(DType.F32, 1, "test"));
        return ids;
    }

    private static Buffer ints(Backend backend, int... values) {
        return backend.allocate(DType.I32, values.length, "test").put(values);
    }

    @Test
    void aRecordingIsMadeOnceAndReadsWhatItsBuffersHoldThen() {
        try (Backend backend = EmulatedCuda.open(false, false)) {
            Buffer x = backend.allocate(DType.F32, 3, "test");
            Buffer y = backend.allocate(DType.F32, 3, "test");
            AtomicInteger made = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                x.put((float) i, i, i);
                backend.replay("sum", () -> {
                    made.incrementAndGet();
                    backend.add(y, x);
                });
            }
            assertArrayEquals(new float[] {3, 3, 3}, y.floats());
            assertEquals(1, made.get());
            backend.forget("sum");
            backend.replay("sum", () -> backend.fill(y, 9));
            assertArrayEquals(new float[] {9, 9, 9}, y.floats());
        }
    }

    @Test
    void whatCannotBeRecordedIsRefusedAndTheBackendGoesOn() {
        try (Backend backend = EmulatedCuda.open(false, false)) {
            Buffer x = backend.allocate(DType.F32, 3, "test");
            String message = message(RuntimeException.class, () -> backend.replay("read", () -> {
                backend.fill(x, 1);
                x.floats();
            }));
            assertTrue(message.contains("while launches are recorded"), message);
            backend.fill(x, 2);
            assertArrayEquals(new float[] {2, 2, 2}, x.floats());
        }
    }

    @Test
    void memoryThatEndsNamesWhoAskedWhoHoldsAndWhatLowersIt() {
        try (Backend backend = EmulatedCuda.open(false, false)) {
            backend.allocate(DType.BF16, 1 << 20, "weights");
            String message = assertThrows(OutOfMemoryError.class,
                    () -> backend.allocate(DType.F32, 1L << 30, "kv cache")).getMessage();
            assertTrue(message.matches("out of device memory: kv cache asked for 4096.0 MiB, .* of 2048.0 MiB are free"
                    + "; held: weights 2.0 MiB; lower it with sampling.cache_mb"), message);
            assertEquals(2 << 20, backend.ledger().total());
        }
    }

    @Test
    void aTransferIsAsLongAsItLikes() {
        try (Backend backend = EmulatedCuda.open(false, false)) {
            float[] values = new float[5_000_000];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % 251;
            }
            Buffer floats = backend.allocate(DType.F32, values.length, "test").put(values);
            Buffer halves = backend.allocate(DType.BF16, values.length, "test").put(values);
            assertArrayEquals(values, floats.floats());
            assertArrayEquals(values, halves.floats(), "whole numbers up to 256 are exact in BF16");
        }
    }

    @Test
    void aLibraryThatIsNoneSaysSo() {
        String message = message(BackendException.class, () -> Backends.cuda(Path.of("/no/such.so"),
                BackendSettings.threads(1)));
        assertTrue(message.contains("/no/such.so: cannot open shared object file"), message);
    }
}
