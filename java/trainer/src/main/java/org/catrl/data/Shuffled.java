package org.catrl.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A finite list, walked epoch after epoch, each epoch in its own seeded order. */
public final class Shuffled<T> {
    private final List<T> all;
    private final long seed;

    /**
     * The list in orders drawn from the seed.
     *
     * @throws IllegalArgumentException when the list is empty
     */
    public Shuffled(List<T> all, long seed) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to train on");
        }
        this.all = List.copyOf(all);
        this.seed = seed;
    }

    /** The {@code count} elements of a step, from 0: a pure function of the step when every step takes as many. */
    public List<T> batch(int step, int count) {
        List<T> batch = new ArrayList<>(count);
        int[] order = null;
        long epochOfOrder = -1;
        for (long place = (long) step * count; batch.size() < count; place++) {
            long epoch = place / all.size();
            if (epoch != epochOfOrder) {
                order = order(epoch);
                epochOfOrder = epoch;
            }
            batch.add(all.get(order[(int) (place % all.size())]));
        }
        return batch;
    }

    private int[] order(long epoch) {
        SplittableRandom random = RandomStream.PROMPT_ORDER.random(seed, epoch);
        int[] order = IntStream.range(0, all.size()).toArray();
        for (int last = order.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[other];
            order[other] = kept;
        }
        return order;
    }
}
