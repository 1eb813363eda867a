package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Map;
import org.catrl.compute.check.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends by name, and the memory that they own. */
class BackendsTest {
    @Test
    void onlyAutoStepsDown() {
        Backends.Opened opened = Backends.open("auto", 1);
        try (Backend backend = opened.backend()) {
            assertEquals("cpu", backend.name());
            assertTrue(opened.reason().startsWith("no CUDA: "), opened.reason());
        }
        String why = assertThrows(BackendException.class, () -> Backends.open("cuda", 1)).getMessage();
        assertTrue(why.contains(Backends.whyNoCuda(0)), why);
    }

    @Test
    void anUnknownNameIsAnErrorThatNamesTheKnown() {
        String message = assertThrows(BackendException.class, () -> Backends.open("cpus", 1)).getMessage();
        assertEquals("backend \"cpus\" is not known; it must be one of auto, cpu, cuda, reference", message);
    }

    @Test
    void impossibleSettingsOfTheCpuAreErrors() {
        assertThrows(IllegalArgumentException.class, () -> Backends.open("cpu", 0));
        String message = assertThrows(IllegalArgumentException.class, () -> Backends.cpu("sse9", 1)).getMessage();
        assertTrue(message.contains("sse9"), message);
    }

    @Test
    void describesItself() {
        try (Backend backend = Backends.cpu("base", 2)) {
            assertEquals("cpu: base, 2 threads", backend.description());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void theLedgerKnowsWhoHoldsWhat(String name) {
        try (Backend backend = Backends.open(name, 1).backend()) {
            Buffer weights = backend.allocate(DType.F32, 100, "weights");
            Buffer scratch = backend.allocate(DType.F64, 10, "scratch");
            assertEquals(Map.of("weights", 400L, "scratch", 80L), backend.ledger().byOwner());
            scratch.slice(2, 3).close();
            assertFalse(scratch.closed());
            scratch.close();
            scratch.close();
            assertEquals(Map.of("weights", 400L), backend.ledger().byOwner());
            assertEquals(480, backend.ledger().peak());
            weights.close();
            assertEquals(0, backend.ledger().total());
        }
    }

    @Test
    void aClosedBackendHoldsNothingAndRefusesEverything() {
        Backend backend = Backends.open("cpu", 2).backend();
        Buffer buffer = backend.allocate(DType.F32, 4, "left open");
        Buffer slice = buffer.slice(1, 2);
        backend.close();
        backend.close();
        assertEquals(0, backend.ledger().total());
        assertTrue(buffer.closed() && slice.closed());
        assertThrows(IllegalStateException.class, buffer::floats);
        assertThrows(IllegalStateException.class, () -> slice.put(1f));
        assertThrows(IllegalStateException.class, () -> backend.fill(buffer, 1));
        assertThrows(IllegalStateException.class, () -> backend.allocate(DType.F32, 1, "late"));
        assertThrows(IllegalStateException.class, () -> backend.packedLength(1, 1));
    }

    @Test
    void noMemoryNamesTheOwnerAndTheLedger() {
        try (Backend backend = Backends.open("cpu", 1).backend()) {
            backend.allocate(DType.F32, 3, "weights");
            String message = assertThrows(OutOfMemoryError.class,
                    () -> backend.allocate(DType.F32, 1L << 58, "gradients")).getMessage();
            assertTrue(message.contains("gradients") && message.contains("{weights=12}"), message);
            assertEquals(12, backend.ledger().total());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void slicesShareTheirMemoryAndEveryRangeIsChecked(String name) {
        try (Backend backend = Backends.open(name, 1).backend()) {
            Buffer whole = backend.allocate(DType.F32, 6, "test").put(0, 1, 2, 3, 4, 5f);
            Buffer part = whole.slice(1, 4).slice(1, 2);
            assertArrayEquals(new float[] {2, 3}, part.floats());
            part.write(0, FloatBuffer.wrap(new float[] {8, 9}));
            assertArrayEquals(new float[] {0, 1, 8, 9, 4, 5}, whole.floats());
            assertThrows(IndexOutOfBoundsException.class, () -> part.put(1f, 2f, 3f));
            assertThrows(IndexOutOfBoundsException.class, () -> whole.slice(5, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> whole.slice(-1, 2));
            assertThrows(IllegalArgumentException.class, () -> whole.put(1, 2));
            assertThrows(IllegalArgumentException.class, whole::doubles);
            whole.close();
            assertThrows(IllegalStateException.class, part::floats);
        }
    }

    /** Bad values in the data arrive as exceptions, from any thread, and the backend goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void badDataIsAnExceptionAndTheBackendSurvives(String name) {
        try (Backend backend = Backends.open(name, 2).backend()) {
            Arena a = new Arena(backend, 1);
            Buffer y = a.floats(4);
            String message = assertThrows(IllegalArgumentException.class,
                    () -> backend.embed(y, a.floats(6), a.of(0, 3), 2, 2, 3)).getMessage();
            assertTrue(message.contains("ids[1]") && message.contains("3"), message);
            float[] logits = new float[600 * 5];
            logits[599 * 5 + 2] = Float.NaN;
            float[] settings = new float[600 * SampleBatch.SETTINGS];
            for (int i = 0; i < settings.length; i += SampleBatch.SETTINGS) {
                settings[i] = 1;
                settings[i + 2] = 1;
                settings[i + 4] = 1;
            }
            SampleBatch batch = new SampleBatch(600, 5, a.of(settings), a.ints(2400, 9), 1, null, null);
            message = assertThrows(IllegalStateException.class,
                    () -> backend.sample(a.of(new int[600]), a.floats(600), a.of(logits), batch)).getMessage();
            assertTrue(message.contains("599"), message);
            backend.fill(y, 2);
            assertArrayEquals(new float[] {2, 2, 2, 2}, y.floats());
        }
    }
}
