package org.catrl.text.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A template, read once and rendered often; it keeps nothing between renderings. */
public final class Template {
    private static final int LONGEST_RANGE = 100_000;
    private static final String DATE_CODES = "YmdyHIMSpBbAajZ";
    private static final String[] DATE_PATTERNS = {"yyyy", "MM", "dd", "yy", "HH", "hh", "mm", "ss", "a", "MMMM", "MMM",
        "EEEE", "EEE", "DDD", "zzz"};

    private final List<Node> nodes;

    private Template(List<Node> nodes) {
        this.nodes = nodes;
    }

    /** The template that a text is. @throws JinjaException naming the line of what is wrong */
    public static Template parse(String text) {
        return new Template(Parser.parse(text));
    }

    /**
     * The text that the template prints.
     *
     * @param variables of null, Boolean, Number, String, List and Map
     * @param clock     what strftime_now reads
     * @throws JinjaException when the template refuses, or cannot go on
     */
    public String render(Map<String, ?> variables, Clock clock) {
        Map<String, Object> globals = new HashMap<>();
        globals.put("raise_exception", (Callable) (arguments, named) -> {
            throw JinjaException.raisedByTemplate(arguments.isEmpty() ? "" : Values.text(arguments.get(0)));
        });
        globals.put("strftime_now", (Callable) (arguments, named) ->
                date(new Arguments("strftime_now", arguments, named).text(0, "format"), ZonedDateTime.now(clock)));
        globals.put("namespace", (Callable) (arguments, named) -> new Namespace(named));
        globals.put("dict", (Callable) (arguments, named) -> new LinkedHashMap<Object, Object>(named));
        globals.put("range", (Callable) (arguments, named) -> range(new Arguments("range", arguments, named)));
        variables.forEach((name, value) -> globals.put(name, pythonic(value)));
        return Interpreter.run(nodes, globals);
    }

    /** The value as {@link Values} has it: whole numbers as Long, others as Double; lists and maps are copied. */
    private static Object pythonic(Object value) {
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(pythonic(item)));
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(pythonic(key), pythonic(item)));
            return copy;
        }
        if (value instanceof Number number) {
            return number instanceof Double || number instanceof Float ? (Object) number.doubleValue()
                    : (Object) number.longValue();
        }
        if (value != null && !(value instanceof Boolean) && !(value instanceof String)) {
            throw new IllegalArgumentException("a template takes null, Boolean, Number, String, List and Map, not "
                    + value.getClass().getName());
        }
        return value;
    }

    private static List<Object> range(Arguments with) {
        boolean stopOnly = with.inOrder().size() == 1;
        long start = stopOnly ? 0 : with.integer(0, "start", 0);
        long stop = with.integer(stopOnly ? 0 : 1, "stop", 0);
        long step = with.integer(2, "step", 1);
        if (step == 0 || Math.abs((stop - start) / step) > LONGEST_RANGE) {
            throw new JinjaException("range(" + start + ", " + stop + ", " + step + ") is more than " + LONGEST_RANGE
                    + " numbers");
        }
        List<Object> numbers = new ArrayList<>();
        for (long number = start; step > 0 ? number < stop : number > stop; number += step) {
            numbers.add(number);
        }
        return numbers;
    }

    private static String date(String format, ZonedDateTime now) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
            char code = format.charAt(i += bare ? 2 : 1);
            int known = DATE_CODES.indexOf(code);
            if (code != '%' && known < 0) {
                throw new JinjaException("strftime_now: %" + code + " is not known");
            }
            String part = code == '%' ? "%" : DateTimeFormatter.ofPattern(DATE_PATTERNS[known], Locale.US).format(now);
            text.append(bare ? part.replaceFirst("^0+(?=\\d)", "") : part);
        }
        return text.toString();
    }
}
