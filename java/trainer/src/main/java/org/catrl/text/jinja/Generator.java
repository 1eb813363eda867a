package org.catrl.text.jinja;

import java.util.List;

/** What map, select, reverse and their like give: it is true, has no length, and can be looped over once. */
final class Generator {
    private List<Object> items;

    /** The generator of these items. */
    Generator(List<Object> items) {
        this.items = items;
    }

    /** The items; the next time there are none. */
    List<Object> take() {
        List<Object> taken = items;
        items = List.of();
        return taken;
    }

    /** The first item, which is taken away, or {@code otherwise} where there is none. */
    Object next(Object otherwise) {
        if (items.isEmpty()) {
            return otherwise;
        }
        Object first = items.get(0);
        items = items.subList(1, items.size());
        return first;
    }
}
