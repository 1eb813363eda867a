package org.catrl.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A finite list of prompts, walked epoch after epoch, each epoch in its own seeded order. */
public final class ShuffledPrompts implements Prompts {
    private final List<Prompt> prompts;
    private final long seed;

    /** @throws IllegalArgumentException when there is no prompt */
    public ShuffledPrompts(List<Prompt> prompts, long seed) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("there are no prompts to train on");
        }
        this.prompts = List.copyOf(prompts);
        this.seed = seed;
    }

    @Override
    public List<Prompt> batch(int step, int count) {
        List<Prompt> batch = new ArrayList<>(count);
        int[] order = null;
        long epochOfOrder = -1;
        for (long at = (long) step * count; batch.size() < count; at++) {
            long epoch = at / prompts.size();
            if (epoch != epochOfOrder) {
                order = order(epoch);
                epochOfOrder = epoch;
            }
            batch.add(prompts.get(order[(int) (at % prompts.size())]));
        }
        return batch;
    }

    private int[] order(long epoch) {
        SplittableRandom random = KeyedRandom.of(seed, epoch);
        int[] order = IntStream.range(0, prompts.size()).toArray();
        for (int last = order.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[other];
            order[other] = kept;
        }
        return order;
    }
}
