package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Python's values, and what can be asked of every one: null is None, Long an int, Double a float, String a str (indexed
 * by code points), {@link Tuple}, {@link Range} and any other List what they say, {@link Dict} a dict. None of them is
 * ever changed once it is made, except a {@link Namespace}. What is done to them is charged to one {@link Work}.
 */
final class Values {
    private final Work work;

    /** The values of one rendering. */
    Values(Work work) {
        this.work = work;
    }

    /** The work that this rendering may still do. */
    Work work() {
        return work;
    }

    /** Whether the value is true: not empty, not 0, not None. */
    static boolean truth(Object value) {
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (Numbers.isNumber(value)) {
            return Numbers.number(value).doubleValue() != 0;
        }
        return value instanceof String text ? !text.isEmpty() : value instanceof List<?> list ? !list.isEmpty()
                : value instanceof View view ? !view.items().isEmpty()
                : !(value instanceof Dict dict) || dict.size() > 0;
    }

    /** Python's name for the value's type. */
    static String type(Object value) {
        return value == null ? "None" : value instanceof Boolean ? "bool" : value instanceof Long ? "int"
                : value instanceof Double ? "float" : value instanceof String ? "str"
                : value instanceof Tuple ? "tuple" : value instanceof Range ? "range"
                : value instanceof List<?> ? "list" : value instanceof Dict ? "dict"
                : value instanceof View view ? view.name() : value instanceof Generator ? "generator"
                : value instanceof Namespace ? "namespace" : value instanceof Loop ? "loop"
                : value instanceof Undefined undefined ? undefined.what() + " (undefined)" : "function";
    }

    /** Python's str(value). */
    String text(Object value) {
        return value instanceof String text ? text : value instanceof Undefined ? "" : Repr.of(value, work);
    }

    /** Whether {@code a == b}; 1, 1.0 and True are equal, a list and a tuple never. */
    boolean equal(Object a, Object b) {
        work.elements(1);
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            Integer order = Numbers.order(a, b);
            return order != null && order == 0;
        }
        if (a == b || a instanceof Undefined && b instanceof Undefined) {
            return true;
        }
        if (a instanceof String left && b instanceof String right) {
            work.read(Math.min(left.length(), right.length()));
            return left.equals(right);
        }
        work.deeper();
        boolean equal = a instanceof List<?> left && b instanceof List<?> right ? equal(left, right)
                : a instanceof Dict x && b instanceof Dict y ? equal(x, y)
                : a instanceof View s && b instanceof View t && equal(s.items(), t.items());
        work.back();
        return equal;
    }

    private boolean equal(List<?> a, List<?> b) {
        if (a.size() != b.size() || !type(a).equals(type(b))) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean equal(Dict a, Dict b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<Object, Dict.Entry> entry : a.entries().entrySet()) {
            if (!b.has(entry.getKey()) || !equal(entry.getValue().value(), b.get(entry.getKey(), null))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The order of two values, as Comparator's; null where one is NaN.
     *
     * @throws JinjaException where they have none
     */
    Integer order(Object a, Object b) {
        work.elements(1);
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return Numbers.order(a, b);
        }
        if (a instanceof String left && b instanceof String right) {
            return order(left, right);
        }
        if (a instanceof List<?> left && b instanceof List<?> right && type(a).equals(type(b))
                && !(a instanceof Range)) {
            work.deeper();
            Integer order = order(left, right);
            work.back();
            return order;
        }
        throw a instanceof Undefined undefined ? undefined.error() : b instanceof Undefined undefined
                ? undefined.error() : new JinjaException("a " + type(a) + " cannot be compared with a " + type(b));
    }

    private Integer order(List<?> a, List<?> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!equal(a.get(i), b.get(i))) {
                return order(a.get(i), b.get(i));
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /** The order by code points, which for characters beyond the first 65,536 is not that of Java's chars. */
    private int order(String a, String b) {
        work.read(Math.min(a.length(), b.length()));
        int i = 0;
        while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        boolean differ = i < Math.min(a.length(), b.length());
        boolean pair = differ && Character.isSurrogate(a.charAt(i)) != Character.isSurrogate(b.charAt(i));
        return pair ? Character.isSurrogate(a.charAt(i)) ? 1 : -1 : a.compareTo(b);
    }

    /** What finds a dict's key, equal where the keys are. @throws JinjaException for what has none */
    Object key(Object value) {
        if (value instanceof String) {
            return value;
        }
        work.elements(1);
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 0x1p63) {
            return (long) (double) number;
        }
        if (Numbers.isNumber(value)) {
            return Numbers.number(value);
        }
        if (isKey(value)) {
            return new TupleKey(Repr.of(canonical(value), work));
        }
        throw new JinjaException("a " + type(value) + " cannot be a key");
    }

    /** A key that is no str and no number: its text, so that many of them are found as fast as one. */
    private record TupleKey(String text) implements Comparable<TupleKey> {
        @Override
        public int compareTo(TupleKey other) {
            return text.compareTo(other.text);
        }
    }

    private Object canonical(Object value) {
        work.elements(1);
        if (!(value instanceof Tuple tuple)) {
            return value == null || value instanceof Undefined ? value : key(value);
        }
        work.deeper();
        List<Object> items = new ArrayList<>();
        tuple.forEach(item -> items.add(canonical(item)));
        work.back();
        return new Tuple(items, List.of());
    }

    /** Whether {@code item in container}. @throws JinjaException where there is nothing to look into */
    boolean contains(Object container, Object item) {
        if (container instanceof String text) {
            if (!(item instanceof String part)) {
                throw new JinjaException("a " + type(item) + " cannot be in a str");
            }
            return find(text, part, 0) >= 0;
        }
        if (container instanceof Dict dict) {
            return dict.has(key(item));
        }
        for (Object element : items(container)) {
            if (equal(element, item)) {
                return true;
            }
        }
        return false;
    }

    /** The first place of a part of a text from a place on, or -1. */
    int find(String text, String part, int from) {
        int found = Search.first(text, part, from);
        work.read((found < 0 ? text.length() : found) - from + part.length());
        return found;
    }

    /** The items that a loop over the value sees, not to be changed. @throws JinjaException where it sees none */
    @SuppressWarnings("unchecked")
    List<Object> items(Object value) {
        if (value instanceof List<?> list) {
            work.elements(list.size());
            return (List<Object>) list;
        }
        if (value instanceof String text) {
            work.elements(text.length());
            return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
        }
        if (value instanceof Dict dict) {
            work.elements(dict.size());
            return dict.keys();
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        if (value instanceof View || value instanceof Generator) {
            List<Object> items = value instanceof View view ? view.items() : ((Generator) value).take();
            work.elements(items.size());
            return items;
        }
        throw new JinjaException("a " + type(value) + " is not iterable");
    }

    /** A new list of what a loop over the value sees. */
    List<Object> copy(Object value) {
        return new ArrayList<>(items(value));
    }

    /** Python's len(value). @throws JinjaException where it has none */
    long length(Object value) {
        if (value instanceof String text) {
            work.read(text.length());
            return text.codePointCount(0, text.length());
        }
        if (value instanceof Generator) {
            throw new JinjaException("a generator has no length; |list makes a list of it");
        }
        return value instanceof Dict dict ? dict.size() : value instanceof List<?> list ? list.size()
                : items(value).size();
    }

    /** The value of an operation. @throws JinjaException where it has no meaning for these values */
    Object binary(String operator, Object a, Object b) {
        work.elements(1);
        if (operator.equals("~")) {
            return joined(text(a), text(b));
        }
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return Numbers.arithmetic(operator, a, b);
        }
        Object result = switch (operator) {
            case "+" -> sum(a, b);
            case "*" -> Numbers.isNumber(a) ? repeated(b, a) : repeated(a, b);
            case "%" -> a instanceof String format ? new Percent(this, format, b).text() : null;
            default -> null;
        };
        if (result == null) {
            throw a instanceof Undefined undefined ? undefined.error() : b instanceof Undefined undefined
                    ? undefined.error() : new JinjaException("a " + type(a) + " " + operator + " a " + type(b)
                    + " has no meaning");
        }
        return result;
    }

    private Object sum(Object a, Object b) {
        if (a instanceof String left && b instanceof String right) {
            return joined(left, right);
        }
        boolean same = a instanceof List<?> && b instanceof List<?> && type(a).equals(type(b));
        if (!same || a instanceof Range) {
            return null;
        }
        work.elements((double) items(a).size() + items(b).size());
        List<Object> both = new ArrayList<>(items(a));
        both.addAll(items(b));
        return alike(a, both);
    }

    private Object repeated(Object value, Object times) {
        if (!(times instanceof Long || times instanceof Boolean) || value instanceof Range) {
            return null;
        }
        long count = Math.max(0, Numbers.number(times).longValue());
        if (value instanceof String text) {
            work.made(text.length() * (double) count);
            return text.isEmpty() ? text : text.repeat((int) count);
        }
        if (!(value instanceof List<?> list)) {
            return null;
        }
        work.elements(list.size() * (double) count);
        List<Object> all = new ArrayList<>();
        for (long i = 0; i < count && !list.isEmpty(); i++) {
            all.addAll(list);
        }
        return alike(value, all);
    }

    private static Object alike(Object like, List<Object> items) {
        return like instanceof Tuple ? new Tuple(items, List.of()) : items;
    }

    private String joined(String a, String b) {
        work.made((double) a.length() + b.length());
        return a + b;
    }

    /** The element {@code container[index]}; null where there is none. */
    Found element(Object container, Object index) {
        if (container instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (container instanceof Dict dict) {
            return isKey(index) && dict.has(key(index)) ? new Found(dict.get(key(index), null)) : null;
        }
        if (!(index instanceof Long || index instanceof Boolean)
                || !(container instanceof String || container instanceof List<?>)) {
            return null;
        }
        long number = Numbers.number(index).longValue();
        long size = length(container);
        long place = number < 0 ? number + size : number;
        return place < 0 || place >= size ? null : new Found(at(container, (int) place));
    }

    private static boolean isKey(Object value) {
        return value == null || value instanceof String || Numbers.isNumber(value) || value instanceof Tuple
                || value instanceof Undefined;
    }

    /** A value that was found; it may be None. */
    record Found(Object value) { }

    private static Object at(Object container, int place) {
        if (container instanceof String text) {
            return Character.toString(text.codePointAt(text.offsetByCodePoints(0, place)));
        }
        return ((List<?>) container).get(place);
    }

    /** The slice {@code container[start:stop:step]}; null is what is left out. */
    Object slice(Object container, Long start, Long stop, Long step) {
        if (container instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(container instanceof String || container instanceof List<?>)) {
            throw new JinjaException("a " + type(container) + " cannot be sliced");
        }
        if (step != null && step == 0) {
            throw new JinjaException("a slice's step is 0");
        }
        long size = length(container);
        long stride = step == null ? 1 : Math.max(-size - 1, Math.min(size + 1, step));
        long begin = bound(start, stride > 0 ? 0 : size - 1, size, stride);
        long end = bound(stop, stride > 0 ? size : -1, size, stride);
        if (container instanceof String text && stride == 1) {
            int from = text.offsetByCodePoints(0, (int) begin);
            work.made(Math.max(0, end - begin));
            return end <= begin ? "" : text.substring(from, text.offsetByCodePoints(from, (int) (end - begin)));
        }
        List<Object> items = items(container);
        List<Object> result = new ArrayList<>();
        for (long place = begin; stride > 0 ? place < end : place > end; place += stride) {
            work.elements(1);
            result.add(items.get((int) place));
        }
        return container instanceof String ? joined("", result) : alike(container, result);
    }

    private static long bound(Long given, long otherwise, long size, long step) {
        if (given == null) {
            return otherwise;
        }
        long place = given < 0 ? given + size : given;
        return step > 0 ? Math.max(0, Math.min(place, size)) : Math.max(-1, Math.min(place, size - 1));
    }

    /** The texts of values, one behind the other, with a text between them. */
    String joined(String between, List<?> items) {
        TextBuilder all = new TextBuilder(work);
        for (int i = 0; i < items.size(); i++) {
            work.elements(1);
            all.add(i == 0 ? "" : between).add(text(items.get(i)));
        }
        return all.toString();
    }

    /** The value as a template has it, of Java's null, Boolean, Number, String, List and Map. */
    Object imported(Object value) {
        work.elements(1);
        if (value instanceof Number number) {
            boolean whole = number instanceof Long || number instanceof Integer || number instanceof Short
                    || number instanceof Byte;
            return whole ? (Object) number.longValue() : (Object) number.doubleValue();
        }
        if (value == null || value instanceof Boolean || value instanceof String) {
            return value;
        }
        work.deeper();
        Object copy;
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(imported(item)));
            copy = items;
        } else if (value instanceof Map<?, ?> map) {
            Dict dict = new Dict();
            map.forEach((key, item) -> dict.put(key(imported(key)), imported(key), imported(item)));
            copy = dict;
        } else {
            throw new IllegalArgumentException("a template takes null, Boolean, Number, String, List and Map, not "
                    + value.getClass().getName());
        }
        work.back();
        return copy;
    }
}
