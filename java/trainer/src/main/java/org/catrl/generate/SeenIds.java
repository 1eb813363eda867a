package org.catrl.generate;

import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.Arrays;

/** The distinct ids of a prompt and its completion so far, for the repetition penalty. */
final class SeenIds {
    private final IntOpenHashSet members;
    private int[] ids;

    private SeenIds(IntOpenHashSet members, int[] ids) {
        this.members = members;
        this.ids = ids;
    }

    /** The ids of a prompt. */
    static SeenIds of(int[] prompt) {
        IntOpenHashSet members = new IntOpenHashSet(prompt);
        return new SeenIds(members, members.toIntArray());
    }

    /** A copy that grows by itself. */
    SeenIds copy() {
        return new SeenIds(members.clone(), ids);
    }

    /** Adds an id, if it is new. */
    void add(int id) {
        if (members.add(id)) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = id;
        }
    }

    /** The ids, each once; not to be written to. */
    int[] ids() {
        return ids;
    }
}
