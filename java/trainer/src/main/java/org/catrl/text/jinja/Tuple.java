package org.catrl.text.jinja;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** Python's tuple; the places of one may have names, as those of groupby's groups do. */
final class Tuple extends AbstractList<Object> implements RandomAccess {
    private final List<Object> items;
    private final List<String> names;

    /** The tuple of these items, with names for its places, or with none. */
    Tuple(List<Object> items, List<String> names) {
        this.items = items;
        this.names = names;
    }

    /** The tuple of two values. */
    static Tuple of(Object first, Object second) {
        return new Tuple(Arrays.asList(first, second), List.of());
    }

    @Override
    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }

    /** The item in the place of this name, or Undefined. */
    Object named(String name) {
        int place = names.indexOf(name);
        return place < 0 ? new Undefined("a tuple's " + name) : items.get(place);
    }
}
