package org.catrl.text.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template knows: Jinja's, and those that transformers adds. */
final class Globals {
    private static final String DATE_CODES = "YmdyHIMSpBbAajZ";
    private static final String[] DATE_PATTERNS = {"yyyy", "MM", "dd", "yy", "HH", "hh", "mm", "ss", "a", "MMMM", "MMM",
        "EEEE", "EEE", "DDD", "zzz"};
    private static final Signature STRFTIME = Signature.of("strftime_now format");
    private static final Signature RAISE = Signature.of("raise_exception message");
    private static final Signature JOINER = Signature.of("joiner sep?");

    private final Values values;

    private Globals(Values values) {
        this.values = values;
    }

    /** The functions by name. */
    static Map<String, Object> of(Values values, Clock clock) {
        Globals globals = new Globals(values);
        Map<String, Object> functions = new HashMap<>();
        functions.put("raise_exception", (Callable) (inOrder, named) -> {
            throw JinjaException.raisedByTemplate(values.text(RAISE.bind(inOrder, named).get("message")));
        });
        functions.put("strftime_now", (Callable) (inOrder, named) ->
                globals.date(STRFTIME.bind(inOrder, named).text("format"), ZonedDateTime.now(clock)));
        functions.put("namespace", (Callable) (inOrder, named) -> new Namespace(globals.dict(inOrder, named)));
        functions.put("dict", (Callable) globals::dict);
        functions.put("range", (Callable) (inOrder, named) -> range(inOrder, named));
        functions.put("cycler", (Callable) (inOrder, named) -> new Cycler(inOrder));
        functions.put("joiner", (Callable) (inOrder, named) -> joiner(JOINER.bind(inOrder, named).get("sep", ", ")));
        return functions;
    }

    private Dict dict(List<Object> inOrder, Map<String, Object> named) {
        if (inOrder.size() > 1) {
            throw new JinjaException("dict takes at most 1 argument, not " + inOrder.size());
        }
        Dict dict = new Dict();
        for (Object given : inOrder) {
            for (Object pair : given instanceof Dict from ? from.items() : values.items(given)) {
                List<Object> both = values.items(pair);
                if (both.size() != 2) {
                    throw new JinjaException("dict takes pairs, not " + both.size() + " values");
                }
                values.work().elements(2);
                dict.put(values.key(both.get(0)), both.get(0), both.get(1));
            }
        }
        named.forEach((name, value) -> dict.put(name, name, value));
        return dict;
    }

    private static Range range(List<Object> inOrder, Map<String, Object> named) {
        if (!named.isEmpty() || inOrder.isEmpty() || inOrder.size() > 3) {
            throw new JinjaException("range takes a stop, or a start, a stop and a step");
        }
        long[] bounds = new long[inOrder.size()];
        for (int i = 0; i < bounds.length; i++) {
            Object bound = inOrder.get(i);
            if (!(bound instanceof Long || bound instanceof Boolean)) {
                throw new JinjaException("range needs ints, not a " + Values.type(bound));
            }
            bounds[i] = Numbers.number(bound).longValue();
        }
        return bounds.length == 1 ? new Range(0, bounds[0], 1)
                : new Range(bounds[0], bounds[1], bounds.length == 2 ? 1 : bounds[2]);
    }

    private static Callable joiner(Object separator) {
        boolean[] used = new boolean[1];
        return (inOrder, named) -> {
            Object text = used[0] ? separator : "";
            used[0] = true;
            return text;
        };
    }

    private String date(String format, ZonedDateTime now) {
        TextBuilder text = new TextBuilder(values.work());
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.add(format, i, i + 1);
                continue;
            }
            values.work().step();
            boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
            char code = format.charAt(i += bare ? 2 : 1);
            int known = DATE_CODES.indexOf(code);
            if (code != '%' && known < 0) {
                throw new JinjaException("strftime_now: %" + code + " is not known");
            }
            String part = code == '%' ? "%" : DateTimeFormatter.ofPattern(DATE_PATTERNS[known], Locale.US).format(now);
            text.add(bare ? part.replaceFirst("^0+(?=\\d)", "") : part);
        }
        return text.toString();
    }
}
