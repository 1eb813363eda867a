package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Cuts a list into consecutive runs of a bounded number of token rows. Order is kept, so no sum changes its order. */
public final class MicroBatches {
    private MicroBatches() { }

    /** Rows that an item adds to a run. */
    public interface AddedRows<T> {
        /** @param before the item before it in the run; null = it begins one */
        int added(T before, T item);
    }

    /**
     * @param mostRows rows of one run, 0 = no limit; an item that alone has more is a run of its own
     */
    public static <T> List<List<T>> split(List<T> items, ToIntFunction<T> rows, int mostRows) {
        return split(items, (before, item) -> rows.applyAsInt(item), mostRows);
    }

    /** Likewise, where an item may share rows with the one before it. */
    public static <T> List<List<T>> split(List<T> items, AddedRows<T> rows, int mostRows) {
        List<List<T>> runs = new ArrayList<>();
        int from = 0;
        long held = 0;
        for (int i = 0; i < items.size(); i++) {
            int more = rows.added(i == from ? null : items.get(i - 1), items.get(i));
            if (mostRows > 0 && i > from && more > 0 && held + more > mostRows) {
                runs.add(items.subList(from, i));
                from = i;
                held = 0;
                more = rows.added(null, items.get(i));
            }
            held += more;
        }
        if (from < items.size()) {
            runs.add(items.subList(from, items.size()));
        }
        return runs;
    }
}
