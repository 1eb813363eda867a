package org.catrl.text.jinja;

import java.util.List;

/** What {@code cycler(...)} makes: one value after the other, then the first again. */
final class Cycler {
    private final List<Object> items;
    private int place;

    /** The cycler of these values. @throws JinjaException where there are none */
    Cycler(List<Object> items) {
        if (items.isEmpty()) {
            throw new JinjaException("cycler needs at least one value");
        }
        this.items = items;
    }

    /** The attribute of that name, or Undefined. */
    Object attribute(String name) {
        return switch (name) {
            case "current" -> items.get(place);
            case "next" -> (Callable) (inOrder, named) -> next();
            case "reset" -> (Callable) (inOrder, named) -> {
                place = 0;
                return null;
            };
            default -> new Undefined("a cycler's " + name);
        };
    }

    private Object next() {
        Object current = items.get(place);
        place = (place + 1) % items.size();
        return current;
    }
}
