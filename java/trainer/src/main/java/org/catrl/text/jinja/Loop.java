package org.catrl.text.jinja;

import java.util.List;

/** What a loop's body knows as {@code loop}. */
final class Loop {
    private final List<Object> items;
    private final Values values;
    private int place;
    private List<Object> lastSeen;

    /** The loop over these items, at the first. */
    Loop(List<Object> items, Values values) {
        this.items = items;
        this.values = values;
    }

    /** Goes to this turn, from 0. */
    void turn(int turn) {
        place = turn;
    }

    /** The attribute of that name, or Undefined. */
    Object attribute(String name) {
        long size = items.size();
        return switch (name) {
            case "index0" -> (long) place;
            case "index" -> place + 1L;
            case "revindex0" -> size - 1 - place;
            case "revindex" -> size - place;
            case "first" -> place == 0;
            case "last" -> place == size - 1;
            case "length" -> size;
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> place == 0 ? new Undefined("loop.previtem") : items.get(place - 1);
            case "nextitem" -> place == size - 1 ? new Undefined("loop.nextitem") : items.get(place + 1);
            case "cycle" -> (Callable) (inOrder, named) -> cycled(inOrder);
            case "changed" -> (Callable) (inOrder, named) -> changed(inOrder);
            default -> new Undefined("loop." + name);
        };
    }

    private Object cycled(List<Object> choices) {
        if (choices.isEmpty()) {
            throw new JinjaException("loop.cycle needs at least one value");
        }
        return choices.get(place % choices.size());
    }

    private boolean changed(List<Object> seen) {
        if (lastSeen != null && values.equal(lastSeen, seen)) {
            return false;
        }
        lastSeen = seen;
        return true;
    }

    @Override
    public String toString() {
        return "<LoopContext " + (place + 1) + "/" + items.size() + ">";
    }
}
