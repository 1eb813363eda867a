package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Python's values: null is None, Long an int, Double a float, String a str (indexed by code points), List a list or a
 * tuple, Map a dict in order.
 */
final class Values {
    private static final int LONGEST = 16 << 20;

    private Values() { }

    /** Whether the value is true: not empty, not 0, not None. */
    static boolean truth(Object value) {
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value instanceof String text ? !text.isEmpty() : value instanceof List<?> list ? !list.isEmpty()
                : !(value instanceof Map<?, ?> map) || !map.isEmpty();
    }

    /** Python's str(value). */
    static String text(Object value) {
        return value instanceof String text ? text : value instanceof Undefined ? "" : repr(value);
    }

    /** Python's repr(value). */
    static String repr(Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        if (value instanceof Double number) {
            return JsonText.number(number);
        }
        if (value instanceof String text) {
            return quoted(text);
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(", ", list.stream().map(Values::repr).toList()) + "]";
        }
        if (value instanceof Map<?, ?> map) {
            List<String> items = new ArrayList<>();
            map.forEach((key, item) -> items.add(repr(key) + ": " + repr(item)));
            return "{" + String.join(", ", items) + "}";
        }
        return value.toString();
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
        return quote + (quote == '\'' ? escaped.replace("'", "\\'") : escaped) + quote;
    }

    /** Whether {@code a == b}; 1, 1.0 and True are equal. */
    static boolean equal(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return number(a).doubleValue() == number(b).doubleValue();
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!equal(left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return Objects.equals(a, b);
    }

    /** Whether the value is an int, a float or a bool. */
    static boolean isNumber(Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    /** The number that the value is; True counts as 1. */
    static Number number(Object value) {
        return value instanceof Boolean truth ? Long.valueOf(truth ? 1 : 0) : (Number) value;
    }

    /** The order of two values, as Comparator's. @throws JinjaException where they have none */
    static int compare(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return Double.compare(number(a).doubleValue(), number(b).doubleValue());
        }
        if (a instanceof String left && b instanceof String right) {
            return left.compareTo(right);
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                if (!equal(left.get(i), right.get(i))) {
                    return compare(left.get(i), right.get(i));
                }
            }
            return Integer.compare(left.size(), right.size());
        }
        throw new JinjaException("a " + type(a) + " cannot be compared with a " + type(b));
    }

    /** Whether {@code item in container}. @throws JinjaException where there is nothing to look into */
    static boolean contains(Object container, Object item) {
        if (container instanceof String text && item instanceof String part) {
            return text.contains(part);
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(item);
        }
        return items(container).stream().anyMatch(element -> equal(element, item));
    }

    /** The items that a loop over the value sees, in a new list. @throws JinjaException where it sees none */
    static List<Object> items(Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
        }
        if (value instanceof Undefined) {
            return new ArrayList<>();
        }
        throw new JinjaException("a " + type(value) + " is not iterable");
    }

    /** Python's len(value). @throws JinjaException where it has none */
    static long length(Object value) {
        return value instanceof String text ? text.codePointCount(0, text.length())
                : value instanceof Map<?, ?> map ? map.size() : items(value).size();
    }

    /** Python's name for the value's type. */
    static String type(Object value) {
        return value == null ? "None" : value instanceof Boolean ? "bool" : value instanceof Long ? "int"
                : value instanceof Double ? "float" : value instanceof String ? "str"
                : value instanceof List<?> ? "list" : value instanceof Map<?, ?> ? "dict"
                : value instanceof Undefined undefined ? undefined.what() + " (undefined)" : "function";
    }

    /** The value of an operation. @throws JinjaException where it has no meaning for these values */
    static Object binary(String operator, Object a, Object b) {
        if (operator.equals("~")) {
            return joined(text(a), text(b));
        }
        if (isNumber(a) && isNumber(b)) {
            return arithmetic(operator, number(a), number(b));
        }
        if (operator.equals("+") && a instanceof String left && b instanceof String right) {
            return joined(left, right);
        }
        if (operator.equals("+") && a instanceof List<?> left && b instanceof List<?> right) {
            requireShort((long) left.size() + right.size());
            List<Object> both = new ArrayList<>(left);
            both.addAll(right);
            return both;
        }
        if (operator.equals("*") && a instanceof String text && b instanceof Long times) {
            requireShort(times <= 0 ? 0 : text.length() * (double) times);
            return text.repeat((int) Math.max(0, times));
        }
        if (operator.equals("%") && a instanceof String format) {
            return Methods.percent(format, b instanceof List<?> list ? list : List.of(b));
        }
        throw new JinjaException(a instanceof Undefined u ? u.what() + " is undefined" : b instanceof Undefined u
                ? u.what() + " is undefined" : "a " + type(a) + " " + operator + " a " + type(b) + " has no meaning");
    }

    private static String joined(String a, String b) {
        requireShort((long) a.length() + b.length());
        return a + b;
    }

    /** Refuses what would be longer than anything that a template may make. @throws JinjaException */
    static void requireShort(double length) {
        if (length > LONGEST) {
            throw new JinjaException("a text or a list of " + (long) length + " elements; at most " + LONGEST
                    + " are made");
        }
    }

    private static Object arithmetic(String operator, Number a, Number b) {
        boolean integers = a instanceof Long && b instanceof Long;
        double x = a.doubleValue();
        double y = b.doubleValue();
        if (y == 0 && ("/".equals(operator) || "//".equals(operator) || "%".equals(operator))) {
            throw new JinjaException("division by zero");
        }
        try {
            return switch (operator) {
                case "+" -> integers ? (Object) Math.addExact((long) a, (long) b) : (Object) (x + y);
                case "-" -> integers ? (Object) Math.subtractExact((long) a, (long) b) : (Object) (x - y);
                case "*" -> integers ? (Object) Math.multiplyExact((long) a, (long) b) : (Object) (x * y);
                case "/" -> x / y;
                case "//" -> integers ? (Object) Math.floorDiv((long) a, (long) b) : (Object) Math.floor(x / y);
                case "%" -> integers ? (Object) Math.floorMod((long) a, (long) b)
                        : (Object) (x - y * Math.floor(x / y));
                default -> integers && (long) b >= 0 && Math.abs(Math.pow(x, y)) < 1L << 53
                        ? (Object) (long) Math.pow(x, y) : (Object) Math.pow(x, y);
            };
        } catch (ArithmeticException e) {
            throw new JinjaException(a + " " + operator + " " + b + " is too large");
        }
    }

    /** The element {@code container[index]}; Undefined when there is none. */
    static Object item(Object container, Object index) {
        if (container instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (container instanceof Map<?, ?> map && map.containsKey(index)) {
            return map.get(index);
        }
        if ((container instanceof List<?> || container instanceof String) && index instanceof Long number) {
            List<Object> items = items(container);
            long place = number < 0 ? number + items.size() : number;
            return place >= 0 && place < items.size() ? items.get((int) place)
                    : new Undefined("element " + number + " of a " + type(container));
        }
        return new Undefined((container instanceof Map<?, ?> ? "" : "a " + type(container) + "'s ") + text(index));
    }

    /** The slice {@code container[start:stop:step]}; null is what is left out. */
    static Object slice(Object container, Long start, Long stop, Long step) {
        if (container instanceof Undefined undefined) {
            throw undefined.error();
        }
        List<Object> items = items(container);
        long stride = step == null ? 1 : step;
        if (stride == 0) {
            throw new JinjaException("a slice's step is 0");
        }
        long size = items.size();
        long end = bound(stop, stride > 0 ? size : -1, size, stride);
        List<Object> result = new ArrayList<>();
        for (long place = bound(start, stride > 0 ? 0 : size - 1, size, stride);
                stride > 0 ? place < end : place > end; place += stride) {
            result.add(items.get((int) place));
        }
        return container instanceof String ? String.join("", result.stream().map(Values::text).toList()) : result;
    }

    private static long bound(Long given, long otherwise, long size, long step) {
        if (given == null) {
            return otherwise;
        }
        long place = given < 0 ? given + size : given;
        return step > 0 ? Math.max(0, Math.min(place, size)) : Math.max(-1, Math.min(place, size - 1));
    }
}
