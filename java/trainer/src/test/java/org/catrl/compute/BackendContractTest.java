package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend promises, checked against the reference: see {@link Backend}. */
@ParameterizedClass
@MethodSource("backends")
class BackendContractTest {
    /** A backend under test, opened anew for every case. */
    record Subject(String isa, int threads) {
        Backend open() {
            return Backends.cpu(isa, threads);
        }

        @Override
        public String toString() {
            return "cpu " + isa + " with " + threads + " threads";
        }
    }

    @Parameter
    Subject subject;

    private final List<Backend> opened = new ArrayList<>();

    /** Every instruction set that this machine has; the others are not among the cases, and doctor says so. */
    static Stream<Subject> backends() {
        return Stream.of("base", "avx2", "avx512").filter(BackendContractTest::runsHere)
                .flatMap(isa -> Stream.of(new Subject(isa, 1), new Subject(isa, 2)));
    }

    private static boolean runsHere(String isa) {
        try (Backend backend = Backends.cpu(isa, 1)) {
            return backend.name().equals("cpu");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static List<OpCase> cases() {
        return OpCases.all();
    }

    @AfterEach
    void close() {
        opened.forEach(Backend::close);
    }

    private Backend open(Backend backend) {
        opened.add(backend);
        return backend;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheReference(OpCase op) {
        List<double[]> expected = run(op, open(new ReferenceBackend()));
        List<double[]> actual = run(op, open(subject.open()));
        for (int i = 0; i < expected.size(); i++) {
            compare(op, i, expected.get(i), actual.get(i));
        }
        perturb(actual.get(0));
        assertThrows(AssertionError.class, () -> compare(op, 0, expected.get(0), actual.get(0)),
                "a wrong element goes unnoticed");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void threadsChangeNoBit(OpCase op) {
        List<double[]> one = run(op, open(Backends.cpu(subject.isa(), 1)));
        List<double[]> more = run(op, open(Backends.cpu(subject.isa(), subject.threads() + 1)));
        for (int i = 0; i < one.size(); i++) {
            assertArrayEquals(one.get(i), more.get(i), op + ", output " + i);
        }
    }

    private static List<double[]> run(OpCase op, Backend backend) {
        return op.run().on(new Arena(backend, op.name().hashCode())).stream().map(BackendContractTest::values).toList();
    }

    private static double[] values(Buffer buffer) {
        if (buffer.type() == DType.F64) {
            return buffer.doubles();
        }
        float[] floats = buffer.floats();
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    /**
     * A sum of depth terms in floats is off by about sqrt(depth) roundings of its size, and a few more for what
     * surrounds it.
     */
    private static void compare(OpCase op, int output, double[] expected, double[] actual) {
        double largest = 1;
        for (double value : expected) {
            largest = Double.isNaN(value) ? largest : Math.max(largest, Math.abs(value));
        }
        double tolerance = 0x1p-23 * (8 + Math.sqrt(op.depth())) * largest;
        for (int i = 0; i < expected.length; i++) {
            boolean good = Double.isNaN(expected[i]) ? Double.isNaN(actual[i])
                    : Math.abs(expected[i] - actual[i]) <= tolerance;
            assertTrue(good, op + ", output " + output + ", element " + i + ": " + actual[i] + ", the reference has "
                    + expected[i] + ", the tolerance is " + tolerance);
        }
    }

    private static void perturb(double[] values) {
        double largest = 1;
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                largest = Math.max(largest, Math.abs(values[i]));
                at = i;
            }
        }
        values[at] += 1e-3 * largest;
    }
}
