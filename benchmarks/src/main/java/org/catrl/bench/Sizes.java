package org.catrl.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** The sizes of one measurement, as JMH passes them and as the table prints them: {@code "batch=64 context=512"}. */
record Sizes(Map<String, String> byName) {
    /** @param text name=value, separated by blanks */
    static Sizes of(String text) {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String size : text.split(" ")) {
            int equals = size.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("\"" + size + "\" in \"" + text + "\" is not name=value");
            }
            byName.put(size.substring(0, equals), size.substring(equals + 1));
        }
        return new Sizes(byName);
    }

    String text(String name) {
        String value = byName.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " among the sizes " + byName);
        }
        return value;
    }

    int count(String name) {
        return Integer.parseInt(text(name));
    }

    double number(String name) {
        return Double.parseDouble(text(name));
    }
}
