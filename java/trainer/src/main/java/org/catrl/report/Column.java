package org.catrl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Arrays;

/** One figure of every step, in the order of the steps: what a curve is drawn from. A step without it holds null. */
final class Column {
    private final double[] values;

    Column(int steps) {
        values = new double[steps];
        Arrays.fill(values, Double.NaN);
    }

    void set(int index, double value) {
        values[index] = value;
    }

    /** The values, whole numbers without a point; null where there is none. */
    ArrayNode json() {
        ArrayNode all = Json.array();
        for (double value : values) {
            if (!Double.isFinite(value)) {
                all.addNull();
            } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                all.add((long) value);
            } else {
                all.add(value);
            }
        }
        return all;
    }
}
