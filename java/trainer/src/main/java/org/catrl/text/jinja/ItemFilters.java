package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The filters over items: order, groups, extremes. */
final class ItemFilters {
    /** The filters that live here. */
    static final Set<String> NAMES = Set.of("batch", "dictsort", "first", "groupby", "items", "join", "last", "list",
            "max", "min", "reverse", "slice", "sort", "sum", "unique");

    private final Values values;
    private final Methods methods;

    /** The filters over the values of these methods. */
    ItemFilters(Methods methods) {
        this.methods = methods;
        this.values = methods.values();
    }

    /** The filtered value. @throws JinjaException where the filter refuses the value */
    Object apply(String name, Object value, Arguments with) {
        return switch (name) {
            case "first" -> first(value);
            case "last" -> last(value);
            case "list" -> values.copy(value);
            case "items" -> new Generator(value instanceof Undefined ? List.of() : methods.items(value));
            case "dictsort" -> sortedItems(value, with);
            case "sort" -> sorted(value, key(with.get("attribute"), with), reverse(with));
            case "max", "min" -> extreme(value, with, name.equals("max"));
            case "unique" -> new Generator(unique(value, key(with.get("attribute"), with)));
            case "groupby" -> groups(value, with);
            case "reverse" -> reversed(value);
            case "batch" -> new Generator(batches(values.items(value), with));
            case "slice" -> new Generator(slices(values.items(value), with));
            case "join" -> joined(value, with);
            default -> sum(value, with);
        };
    }

    private Object first(Object value) {
        Undefined none = new Undefined("the first of nothing");
        if (value instanceof Generator generator) {
            return generator.next(none);
        }
        if (value instanceof String text) {
            return text.isEmpty() ? none : Character.toString(text.codePointAt(0));
        }
        List<Object> items = values.items(value);
        return items.isEmpty() ? none : items.get(0);
    }

    private Object last(Object value) {
        if (value instanceof Generator) {
            throw new JinjaException("a generator has no last; |list makes a list of it");
        }
        Undefined none = new Undefined("the last of nothing");
        if (value instanceof String text) {
            return text.isEmpty() ? none : Character.toString(text.codePointBefore(text.length()));
        }
        List<Object> items = values.items(value);
        return items.isEmpty() ? none : items.get(items.size() - 1);
    }

    /** The value at the end of a dotted path; what is missing on it is {@code otherwise}, unless that is None. */
    Object path(Object item, Object attribute, Object otherwise) {
        if (attribute instanceof Long) {
            return found(item, attribute, otherwise);
        }
        if (!(attribute instanceof String path)) {
            throw new JinjaException("an attribute is a str or an int, not a " + Values.type(attribute));
        }
        Object value = item;
        for (String part : path.split("\\.", -1)) {
            boolean number = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
            value = found(value, number ? Numbers.parsed(part, 10) : part, otherwise);
        }
        return value;
    }

    private Object found(Object item, Object name, Object otherwise) {
        values.work().step();
        Object found = methods.item(item, name);
        return found instanceof Undefined && otherwise != null ? otherwise : found;
    }

    /** The key that items are ordered by: an attribute of each, in lower case unless the case counts. */
    private Function<Object, Object> key(Object attribute, Arguments with) {
        boolean exact = with.flag("case_sensitive");
        Object otherwise = with.get("default");
        if (attribute == null) {
            return item -> folded(item, exact);
        }
        if (attribute instanceof String path && path.contains(",") && with.callee().equals("sort")) {
            return item -> {
                List<Object> keys = new ArrayList<>();
                for (String part : path.split(",", -1)) {
                    keys.add(folded(path(item, part, otherwise), exact));
                }
                return keys;
            };
        }
        return item -> folded(path(item, attribute, otherwise), exact);
    }

    private Object folded(Object value, boolean exact) {
        if (exact || !(value instanceof String text)) {
            return value;
        }
        values.work().made(text.length());
        return Characters.lower(text);
    }

    /** Each item with the key that it is ordered by, so that a key is made once. */
    private record Keyed(Object key, Object item) { }

    private List<Keyed> sortedByKey(Object value, Function<Object, Object> key, boolean reverse) {
        List<Keyed> keyed = new ArrayList<>();
        for (Object item : values.items(value)) {
            values.work().elements(1);
            keyed.add(new Keyed(key.apply(item), item));
        }
        Comparator<Keyed> order = (a, b) -> order(a.key(), b.key());
        keyed.sort(reverse ? order.reversed() : order);
        return keyed;
    }

    private int order(Object a, Object b) {
        Integer order = values.order(a, b);
        if (order == null) {
            throw new JinjaException("what is no number (nan) cannot be sorted");
        }
        return order;
    }

    private List<Object> sorted(Object value, Function<Object, Object> key, boolean reverse) {
        List<Object> items = new ArrayList<>();
        sortedByKey(value, key, reverse).forEach(keyed -> items.add(keyed.item()));
        return items;
    }

    private static boolean reverse(Arguments with) {
        return with.integer("reverse", 0) != 0;
    }

    private Object sortedItems(Object value, Arguments with) {
        String by = with.text("by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new JinjaException("dictsort goes by key or by value, not by " + by);
        }
        return sorted(methods.items(value), key(by.equals("key") ? 0L : 1L, with), reverse(with));
    }

    private Object extreme(Object value, Arguments with, boolean largest) {
        Function<Object, Object> key = key(with.get("attribute"), with);
        Object best = new Undefined("the extreme of nothing");
        Object bestKey = null;
        boolean first = true;
        for (Object item : values.items(value)) {
            Object itemKey = key.apply(item);
            Integer order = first ? null : largest ? values.order(itemKey, bestKey) : values.order(bestKey, itemKey);
            if (first || order != null && order > 0) {
                best = item;
                bestKey = itemKey;
            }
            first = false;
        }
        return best;
    }

    private List<Object> unique(Object value, Function<Object, Object> key) {
        Set<Object> seen = new HashSet<>();
        List<Object> kept = new ArrayList<>();
        for (Object item : values.items(value)) {
            values.work().elements(1);
            if (seen.add(values.key(key.apply(item)))) {
                kept.add(item);
            }
        }
        return kept;
    }

    private Object groups(Object value, Arguments with) {
        Object attribute = with.get("attribute");
        List<Object> groups = new ArrayList<>();
        List<Object> group = new ArrayList<>();
        Object groupKey = null;
        for (Keyed keyed : sortedByKey(value, key(attribute, with), false)) {
            if (!group.isEmpty() && !values.equal(groupKey, keyed.key())) {
                groups.add(group(group, attribute, with));
                group = new ArrayList<>();
            }
            groupKey = keyed.key();
            group.add(keyed.item());
        }
        if (!group.isEmpty()) {
            groups.add(group(group, attribute, with));
        }
        return groups;
    }

    private Tuple group(List<Object> group, Object attribute, Arguments with) {
        Object grouper = path(group.get(0), attribute, with.get("default"));
        return new Tuple(Arrays.asList(grouper, group), List.of("grouper", "list"));
    }

    private Object reversed(Object value) {
        if (value instanceof String text) {
            values.work().made(text.length());
            List<Object> characters = values.copy(value);
            Collections.reverse(characters);
            return values.joined("", characters);
        }
        List<Object> items = values.copy(value);
        Collections.reverse(items);
        return new Generator(items);
    }

    private List<Object> batches(List<Object> items, Arguments with) {
        long size = with.integer("linecount", 0);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object item : items) {
            values.work().elements(2);
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
            fill(batch, size, with.get("fill_with"));
        }
        return batches;
    }

    private void fill(List<Object> batch, long size, Object filler) {
        if (filler != null && batch.size() < size) {
            values.work().elements(size);
            while (batch.size() < size) {
                batch.add(filler);
            }
        }
    }

    private List<Object> slices(List<Object> items, Arguments with) {
        long count = with.integer("slices", 0);
        if (count == 0) {
            throw new JinjaException("slice: division by zero");
        }
        values.work().elements(Math.max(0.0, count) + items.size());
        List<Object> slices = new ArrayList<>();
        long least = items.size() / count;
        long longer = items.size() % count;
        int begin = 0;
        for (long i = 0; i < count; i++) {
            int end = (int) (begin + least + (i < longer ? 1 : 0));
            List<Object> slice = new ArrayList<>(items.subList(begin, end));
            if (with.get("fill_with") != null && i >= longer) {
                slice.add(with.get("fill_with"));
            }
            slices.add(slice);
            begin = end;
        }
        return slices;
    }

    private String joined(Object value, Arguments with) {
        List<Object> items = new ArrayList<>();
        for (Object item : values.items(value)) {
            values.work().elements(1);
            items.add(with.get("attribute") == null ? item : path(item, with.get("attribute"), null));
        }
        return values.joined(values.text(with.get("d", "")), items);
    }

    private Object sum(Object value, Arguments with) {
        Object sum = with.get("start", 0L);
        if (sum instanceof String) {
            throw new JinjaException("sum: a str is no start; join joins texts");
        }
        for (Object item : values.items(value)) {
            sum = values.binary("+", sum, with.get("attribute") == null ? item
                    : path(item, with.get("attribute"), null));
        }
        return sum;
    }
}
