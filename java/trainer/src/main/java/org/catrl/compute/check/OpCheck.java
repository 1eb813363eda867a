package org.catrl.compute.check;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** The judge of a case: runs it on a backend and on the reference, and compares element by element. */
public final class OpCheck {
    /**
     * An output that was read back.
     *
     * @param type   what it was stored as
     * @param values its elements
     */
    public record Output(DType type, double[] values) { }

    private OpCheck() { }

    /** What a case writes on a backend; its buffers are closed. */
    public static List<Output> run(OpCase op, Backend backend) {
        try (Arena arena = new Arena(backend, op.storage(), op.name().hashCode())) {
            List<Output> outputs = new ArrayList<>();
            for (Buffer buffer : op.run().on(arena)) {
                outputs.add(new Output(buffer.type(), values(buffer)));
            }
            return outputs;
        }
    }

    /** What the reference says. */
    public static List<Output> expected(OpCase op) {
        try (Backend reference = Backends.open("reference", 1).backend()) {
            return run(op, reference);
        }
    }

    /**
     * The largest error of any element, as a share of what is tolerated.
     *
     * @throws AssertionError naming the first element that is off by more; or when the outputs are not as many, or not
     *                        as long, as the expected ones
     */
    public static double compare(OpCase op, List<Output> expected, List<Output> actual) {
        requireEqual(op + ": number of outputs", expected.size(), actual.size());
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            worst = Math.max(worst, compare(op, i, expected.get(i), actual.get(i)));
        }
        return worst;
    }

    private static void requireEqual(String what, int expected, int actual) {
        if (expected != actual) {
            throw new AssertionError(what + ": " + actual + ", the reference has " + expected);
        }
    }

    private static double compare(OpCase op, int output, Output expected, Output actual) {
        requireEqual(op + ", output " + output + ": number of elements", expected.values().length,
                actual.values().length);
        double tolerance = op.tolerance(actual.type(), largest(expected.values()));
        double worst = 0;
        for (int i = 0; i < expected.values().length; i++) {
            double wanted = expected.values()[i];
            double found = actual.values()[i];
            double error = Double.isNaN(wanted) && Double.isNaN(found) ? 0 : Math.abs(wanted - found);
            if (!(error <= tolerance)) {
                throw new AssertionError(op + ", output " + output + ", element " + i + ": " + found
                        + ", the reference has " + wanted + ", the tolerance is " + tolerance);
            }
            worst = Math.max(worst, error / tolerance);
        }
        return worst;
    }

    /**
     * A check with one element of every output wrong, by more than is tolerated: a comparison that lets it pass
     * compares nothing.
     *
     * @throws AssertionError naming the output whose wrong element goes unnoticed
     */
    public static void requireNoticed(OpCase op, List<Output> expected, List<Output> actual) {
        for (int output = 0; output < actual.size(); output++) {
            if (passes(op, expected, perturbed(op, actual, output))) {
                throw new AssertionError(op + ", output " + output + ": a wrong element goes unnoticed");
            }
        }
    }

    private static boolean passes(OpCase op, List<Output> expected, List<Output> actual) {
        try {
            compare(op, expected, actual);
            return true;
        } catch (AssertionError noticed) {
            return false;
        }
    }

    private static List<Output> perturbed(OpCase op, List<Output> outputs, int output) {
        double[] values = outputs.get(output).values().clone();
        int element = 0;
        for (int i = 0; i < values.length; i++) {
            element = Double.isNaN(values[i]) ? element : i;
        }
        values[element] += largest(values) * (op.storage() == DType.BF16 ? 0x1p-5 : 1e-3);
        List<Output> wrong = new ArrayList<>(outputs);
        wrong.set(output, new Output(outputs.get(output).type(), values));
        return wrong;
    }

    private static double largest(double[] values) {
        double largest = 1;
        for (double value : values) {
            largest = Double.isNaN(value) ? largest : Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double[] values(Buffer buffer) {
        if (buffer.type() == DType.F64) {
            return buffer.doubles();
        }
        double[] values = new double[Math.toIntExact(buffer.length())];
        int[] ints = buffer.type() == DType.I32 ? buffer.ints() : null;
        float[] floats = ints == null ? buffer.floats() : null;
        for (int i = 0; i < values.length; i++) {
            values[i] = ints == null ? floats[i] : ints[i];
        }
        return values;
    }
}
