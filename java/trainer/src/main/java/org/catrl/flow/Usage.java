package org.catrl.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * What it took to get an answer; of several answers, their sum.
 *
 * @param calls   questions put to a model
 * @param seconds how long each took that went over the network; what a cache or this process answered is not among them
 * @param retries further requests to an endpoint, after one that failed
 */
public record Usage(int calls, List<Double> seconds, int retries) {
    /** The usage where nothing was asked. */
    public static final Usage NONE = new Usage(0, List.of(), 0);
    /** The usage of one question, answered without a network. */
    public static final Usage ONE_CALL = new Usage(1, List.of(), 0);

    public Usage {
        seconds = List.copyOf(seconds);
    }

    /** The sum of both. */
    public Usage plus(Usage other) {
        List<Double> all = new ArrayList<>(seconds);
        all.addAll(other.seconds);
        return new Usage(calls + other.calls, all, retries + other.retries);
    }
}
