package org.catrl.text;

import java.util.OptionalInt;

/**
 * A regular expression of a tokenizer.json, read only so far as to bound the work of the library, which backtracks, and
 * ends the process when it has done so ten million times from one place. Refused are repeats of what itself repeats or
 * chooses, more ways to come to what may fail than that, and back references, calls and conditions. The patterns of
 * published tokenizers have none of these.
 */
final class PatternCheck {
    /** A repeat of at most this is a choice among so many, a longer one among as many as the text has characters. */
    private static final int SHORT = 16;
    private static final int LONGEST = 10_000;
    private static final int DEEPEST = 40;
    /** The library's limit. */
    private static final double MOST_RETRIES = 1e7;
    private static final int ENDLESS = Integer.MAX_VALUE;

    /**
     * A part of the pattern.
     *
     * @param ways    in how many ways it may match in one place
     * @param retries how often what may fail in it is tried, at most
     */
    private record Part(double ways, double retries) {
        private static final Part EMPTY = new Part(1, 0);
        private static final Part PLAIN = new Part(1, 1);

        boolean varies() {
            return ways > 1;
        }

        Part then(Part next) {
            return new Part(ways * next.ways, Math.max(retries, ways * next.retries));
        }

        Part or(Part other) {
            return new Part(ways + other.ways, retries + other.retries);
        }
    }

    private record Repeat(int least, int most) { }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refusal(String what) {
            super(what, null, false, false);
        }
    }

    private final String pattern;
    private final double longestText;
    private int at;
    private int depth;

    private PatternCheck(String pattern, double longestText) {
        this.pattern = pattern;
        this.longestText = longestText;
    }

    /** What is wrong with a pattern, or null. @param longestText the most characters that it is searched in */
    static String complaint(String pattern, double longestText) {
        if (pattern.length() > LONGEST) {
            return "it has " + pattern.length() + " characters; at most " + LONGEST + " are taken";
        }
        try {
            PatternCheck check = new PatternCheck(pattern, longestText);
            check.alternatives();
            return check.at < pattern.length() ? "a ) closes nothing at character " + check.at : null;
        } catch (Refusal e) {
            return e.getMessage();
        }
    }

    /** Reads alternatives up to a closing parenthesis or the end. */
    private Part alternatives() {
        if (++depth > DEEPEST) {
            throw new Refusal("its parentheses are more than " + DEEPEST + " deep");
        }
        Part all = sequence();
        while (take('|')) {
            all = all.or(sequence());
        }
        depth--;
        return all;
    }

    private Part sequence() {
        Part done = Part.EMPTY;
        while (at < pattern.length() && peek() != '|' && peek() != ')') {
            int start = at;
            done = done.then(repeated(atom(), repeat(), start));
            if (done.retries > MOST_RETRIES) {
                throw refusal("too many ways to come to what may fail", start);
            }
        }
        return done;
    }

    private Part repeated(Part atom, Repeat repeat, int start) {
        if (repeat.most > 1 && atom.varies()) {
            throw refusal("a repeat of what itself repeats or chooses", start);
        }
        if (repeat.most > SHORT && repeat.most != repeat.least) {
            return new Part(longestText, repeat.least > 0 ? 1 : 0);
        }
        return new Part(atom.ways * (1.0 + repeat.most - repeat.least), repeat.least > 0 ? atom.retries : 0);
    }

    private Part atom() {
        char c = pattern.charAt(at++);
        if (c == '(') {
            return group();
        } else if (c == '[') {
            characterClass();
        } else if (c == '\\') {
            escape();
        }
        return Part.PLAIN;
    }

    private Part group() {
        int start = at - 1;
        if (take('?')) {
            if (take('#')) {
                skipTo(')', start);
                return Part.PLAIN;
            }
            prefix(start);
            if (pattern.charAt(at - 1) == ')') {
                return Part.PLAIN;
            }
        }
        Part inside = alternatives();
        if (!take(')')) {
            throw refusal("a parenthesis that is not closed", start);
        }
        return inside;
    }

    /** What stands after (? : the kind of the group, with the : or other sign that ends it, or flags up to the ). */
    private void prefix(int start) {
        for (String kind : new String[] {"<=", "<!", "=", "!", ">", ":"}) {
            if (pattern.startsWith(kind, at)) {
                at += kind.length();
                return;
            }
        }
        if (take('<')) {
            skipTo('>', start);
            return;
        }
        while (at < pattern.length() && "im-".indexOf(peek()) >= 0) {
            at++;
        }
        if (!take(':') && !take(')')) {
            throw refusal("a group of a kind that is not taken", start);
        }
    }

    private void skipTo(char end, int start) {
        at = pattern.indexOf(end, at) + 1;
        if (at == 0) {
            throw refusal("a group that is not closed", start);
        }
    }

    private void characterClass() {
        int start = at - 1;
        take('^');
        take(']');
        while (at < pattern.length() && peek() != ']') {
            char c = pattern.charAt(at++);
            if (c == '\\') {
                escape();
            } else if (c == '[') {
                if (++depth > DEEPEST) {
                    throw refusal("brackets that are too deep", start);
                }
                characterClass();
                depth--;
            }
        }
        if (!take(']')) {
            throw refusal("a bracket that is not closed", start);
        }
    }

    private void escape() {
        if (at == pattern.length()) {
            throw refusal("a backslash with nothing after it", at - 1);
        }
        char c = pattern.charAt(at++);
        if (c >= '1' && c <= '9' || c == 'k' || c == 'g') {
            throw refusal("a back reference or a call", at - 2);
        }
        if ((c == 'p' || c == 'P' || c == 'x') && at < pattern.length() && peek() == '{') {
            skipTo('}', at - 2);
        }
    }

    /** The repeat that stands here, with the ? or + after it; once, where there is none. */
    private Repeat repeat() {
        int start = at;
        Repeat first = one();
        if (first == null) {
            return new Repeat(1, 1);
        }
        boolean braces = pattern.charAt(at - 1) == '}';
        if (take('+') && braces) {
            first = new Repeat(first.least, ENDLESS); // in this dialect {1,3}+ repeats the repeat
        } else {
            take('?');
        }
        if (one() != null) {
            throw refusal("a repeat of a repeat", start);
        }
        return first;
    }

    private Repeat one() {
        if (take('*')) {
            return new Repeat(0, ENDLESS);
        } else if (take('+')) {
            return new Repeat(1, ENDLESS);
        } else if (take('?')) {
            return new Repeat(0, 1);
        }
        return at < pattern.length() && peek() == '{' ? braces() : null;
    }

    /** {n}, {n,}, {n,m} or {,m}; other braces are characters. */
    private Repeat braces() {
        int end = pattern.indexOf('}', at);
        String[] bounds = end < 0 ? new String[0] : pattern.substring(at + 1, end).split(",", -1);
        if (bounds.length == 0 || bounds.length > 2 || String.join("", bounds).isEmpty()) {
            return null;
        }
        OptionalInt least = number(bounds[0], 0);
        OptionalInt most = bounds.length == 1 ? least : number(bounds[1], ENDLESS);
        if (least.isEmpty() || most.isEmpty()) {
            return null;
        }
        if (least.getAsInt() > SHORT * SHORT) {
            throw refusal("a repeat of more than " + SHORT * SHORT, at);
        }
        at = end + 1;
        return new Repeat(least.getAsInt(), Math.max(least.getAsInt(), most.getAsInt()));
    }

    private static OptionalInt number(String digits, int otherwise) {
        if (digits.isEmpty()) {
            return OptionalInt.of(otherwise);
        }
        return digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    private Refusal refusal(String what, int where) {
        return new Refusal("it has " + what + ", at character " + where);
    }

    private char peek() {
        return pattern.charAt(at);
    }

    private boolean take(char c) {
        if (at < pattern.length() && peek() == c) {
            at++;
            return true;
        }
        return false;
    }
}
