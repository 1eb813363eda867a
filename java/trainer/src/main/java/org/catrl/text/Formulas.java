package org.catrl.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The formulas of a text: what stands between TeX's delimiters $...$, $$...$$, \(...\) and \[...\], found in one pass
 * over it, however many of them are never closed.
 */
final class Formulas {
    /**
     * One formula with its delimiters.
     *
     * @param start its first character
     * @param end   behind its last one
     */
    record Span(int start, int end) { }

    private final String text;
    private final Set<String> unclosed = new HashSet<>();
    private final List<Span> spans = new ArrayList<>();

    private Formulas(String text) {
        this.text = text;
        for (int at = 0; at < text.length(); at++) {
            int end = end(at);
            if (end >= 0) {
                spans.add(new Span(at, end));
                at = end - 1;
            }
        }
    }

    /** The formulas in order; none overlaps another. */
    static List<Span> in(String text) {
        return new Formulas(text).spans;
    }

    /** The text with its formulas left out. */
    static String without(String text) {
        StringBuilder left = new StringBuilder();
        int from = 0;
        for (Span span : in(text)) {
            left.append(text, from, span.start);
            from = span.end;
        }
        return left.append(text, from, text.length()).toString();
    }

    /** The end of the formula that begins here, or -1 where none does. */
    private int end(int at) {
        if (text.startsWith("$", at)) {
            int end = text.startsWith("$$", at) ? closed(at, "$$") : -1;
            return end >= 0 ? end : dollar(at);
        }
        return text.startsWith("\\(", at) ? closed(at, "\\)") : text.startsWith("\\[", at) ? closed(at, "\\]") : -1;
    }

    private int dollar(int at) {
        int close = text.indexOf('$', at + 1);
        return close > at + 1 ? close + 1 : -1;
    }

    /** The end of a formula whose delimiters have two characters; what is not closed once is not looked for again. */
    private int closed(int at, String delimiter) {
        int close = unclosed.contains(delimiter) ? -1 : text.indexOf(delimiter, at + 3);
        if (close < 0) {
            unclosed.add(delimiter);
            return -1;
        }
        return close + 2;
    }
}
