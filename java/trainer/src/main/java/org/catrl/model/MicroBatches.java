package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Cuts a list into consecutive runs of a bounded number of token rows. Order is kept, so no sum changes its order. */
public final class MicroBatches {
    private MicroBatches() { }

    /** A count of the token rows that an item adds to a run. */
    public interface AddedRows<T> {
        /**
         * The rows that the item adds.
         *
         * @param before the item before it in the run; null = it begins one
         * @param item   the item
         */
        int added(T before, T item);
    }

    /**
     * The runs of items that share no rows.
     *
     * @param items    in order
     * @param rows     the token rows of each
     * @param mostRows rows of one run, 0 = no limit; an item that alone has more is a run of its own
     */
    public static <T> List<List<T>> split(List<T> items, ToIntFunction<T> rows, int mostRows) {
        return split(items, (before, item) -> rows.applyAsInt(item), mostRows);
    }

    /**
     * The runs of items that may share rows with the one before them.
     *
     * @param rows     what each item adds to a run
     * @param mostRows rows of one run, 0 = no limit; an item that alone has more is a run of its own
     */
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
