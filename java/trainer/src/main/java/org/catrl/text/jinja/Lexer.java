package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catrl.text.jinja.Token.Kind;

/** Cuts a template into tokens, with trim_blocks and lstrip_blocks. */
final class Lexer {
    private static final Pattern TAG = Pattern.compile("\\{([{%#])([-+]?)");
    private static final Pattern RAW = Pattern.compile("\\s*+raw\\s*+(?:-%}\\s*+|%})");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?+)\\s*+endraw\\s*+([-+]?+)%}");
    private static final Pattern IN_TAG = Pattern.compile("(?<space>\\s++)"
            + "|(?<float>(?<!\\.)\\d[\\d_]*+(?:\\.\\d[\\d_]*+(?:[eE][+-]?+\\d[\\d_]*+)?+|[eE][+-]?+\\d[\\d_]*+))"
            + "|(?<integer>0[xXoObB][\\da-fA-F_]++|\\d[\\d_]*+)|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*+)"
            + "|(?<operator>//|\\*\\*|==|!=|<=|>=|[-+*/%~<>=()\\[\\]{},:.|])", Pattern.DOTALL);
    private static final String ESCAPES = "abfnrtv\\'\"";
    private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b\\'\"";
    private static final int LONGEST = 4 << 20;

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    /** Whether the text at hand begins a line: what precedes it ended with a newline. */
    private boolean lineBegins = true;
    private int lines = 1;
    private int counted;

    private Lexer(String source) {
        this.source = source;
    }

    /** The tokens of a template, END the last. @throws JinjaException with the line of what is wrong */
    static List<Token> tokens(String template) {
        if (template.length() > LONGEST) {
            throw new JinjaException("line 1: a template of " + template.length() + " characters; at most " + LONGEST);
        }
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        Matcher tag = TAG.matcher(source);
        while (tag.find(position)) {
            char kind = tag.group(1).charAt(0);
            text(source.substring(position, tag.start()), kind, tag.group(2));
            position = tag.end();
            switch (kind) {
                case '#' -> comment();
                case '{' -> print();
                default -> block();
            }
        }
        text(source.substring(position), '{', "");
        add(Kind.END, "the end", source.length());
    }

    private void text(String text, char before, String sign) {
        String kept = text;
        if (sign.equals("-")) {
            kept = text.stripTrailing();
        } else if (before != '{' && !sign.equals("+")) {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || lineBegins) && text.substring(line).chars().allMatch(c -> c == ' ' || c == '\t')) {
                kept = text.substring(0, line);
            }
        }
        if (!kept.isEmpty()) {
            add(Kind.TEXT, kept, position);
        }
    }

    private void comment() {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw wrong("a comment is never closed");
        }
        boolean strip = source.charAt(end - 1) == '-' && end > position;
        boolean keep = source.charAt(end - 1) == '+' && end > position;
        position = end + 2;
        afterBlock(strip, keep);
    }

    private void print() {
        add(Kind.PRINT_BEGIN, "{{", position);
        boolean strip = inside("}}");
        add(Kind.PRINT_END, "}}", position);
        position += strip ? 3 : 2;
        lineBegins = false;
        if (strip) {
            skipSpace();
        }
    }

    private void block() {
        Matcher raw = RAW.matcher(source).region(position, source.length());
        if (raw.lookingAt()) {
            raw(raw);
            return;
        }
        add(Kind.BLOCK_BEGIN, "{%", position);
        boolean strip = inside("%}");
        boolean keep = source.charAt(position) == '+';
        add(Kind.BLOCK_END, "%}", position);
        position += strip || keep ? 3 : 2;
        afterBlock(strip, keep);
    }

    private void raw(Matcher begin) {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(begin.end())) {
            throw wrong("raw is never closed by endraw");
        }
        position = begin.end();
        lineBegins = source.charAt(position - 1) == '\n';
        text(source.substring(position, end.start()), '%', end.group(1));
        position = end.end();
        afterBlock(end.group(2).equals("-"), end.group(2).equals("+"));
    }

    private void afterBlock(boolean strip, boolean keep) {
        lineBegins = false;
        if (strip) {
            skipSpace();
        } else if (!keep && position < source.length() && source.charAt(position) == '\n') {
            position++;
            lineBegins = true;
        }
    }

    private void skipSpace() {
        while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
            lineBegins = source.charAt(position++) == '\n';
        }
    }

    /** Adds the tokens up to the end of the tag; returns whether it strips what follows. */
    private boolean inside(String end) {
        int depth = 0;
        Matcher matcher = IN_TAG.matcher(source).useTransparentBounds(true);
        while (position < source.length()) {
            if (depth == 0 && source.startsWith("-" + end, position)) {
                return true;
            }
            boolean ends = source.startsWith(end, position)
                    || end.equals("%}") && source.startsWith("+" + end, position);
            if (depth == 0 && ends) {
                return false;
            }
            char c = source.charAt(position);
            if (c == '\'' || c == '"') {
                string(c);
            } else if (matcher.region(position, source.length()).lookingAt()) {
                depth += token(matcher);
                position = matcher.end();
            } else {
                throw wrong("unexpected " + source.substring(position, Math.min(source.length(), position + 10)));
            }
        }
        throw wrong("a tag is never closed by " + end);
    }

    /** Adds the text in quotes that begins here. */
    private void string(char quote) {
        int end = position + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw wrong("a text that begins with " + quote + " is never closed");
        }
        add(Kind.STRING, unescaped(source.substring(position + 1, end)), position);
        position = end + 1;
    }

    /** Adds what was matched; returns how many brackets it opens. */
    private int token(Matcher matcher) {
        String text = matcher.group();
        if (matcher.group("space") != null) {
            return 0;
        }
        if (matcher.group("operator") != null) {
            add(Kind.OPERATOR, text, position);
            return "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
        }
        add(matcher.group("name") != null ? Kind.NAME : matcher.group("float") != null ? Kind.FLOAT : Kind.INTEGER,
                text, position);
        return 0;
    }

    /** The text with Python's escapes resolved; an unknown one stays as it is. */
    private String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                result.append(c);
                continue;
            }
            i = escape(text, i + 1, result);
        }
        return result.toString();
    }

    /** Appends what the escape at this place stands for; returns the place of its last character. */
    private int escape(String text, int place, StringBuilder result) {
        char escape = text.charAt(place);
        int known = ESCAPES.indexOf(escape);
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
        if (known >= 0) {
            result.append(ESCAPED.charAt(known));
        } else if (digits > 0) {
            result.append(character(text.substring(place + 1, Math.min(text.length(), place + 1 + digits)), digits));
        } else if (escape >= '0' && escape <= '7') {
            int end = place + 1;
            while (end < Math.min(text.length(), place + 3) && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                end++;
            }
            result.appendCodePoint(Integer.parseInt(text.substring(place, end), 8));
            return end - 1;
        } else if (escape == 'N') {
            throw wrong("\\N{...} is not known in chat templates");
        } else if (escape != '\n') {
            result.append('\\').append(escape);
        }
        return place + digits;
    }

    private String character(String hex, int digits) {
        boolean whole = hex.length() == digits && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        long code = whole ? Long.parseLong(hex, 16) : -1;
        if (code < 0 || code > Character.MAX_CODE_POINT) {
            throw wrong("an escape needs " + digits + " hexadecimal digits of a character, found " + hex);
        }
        return Character.toString((int) code);
    }

    private void add(Kind kind, String text, int from) {
        tokens.add(new Token(kind, text, line(from)));
    }

    /** The line of a character, from 1. What is asked for only grows, so every character is counted once. */
    private int line(int index) {
        for (; counted < Math.min(index, source.length()); counted++) {
            lines += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return lines;
    }

    private JinjaException wrong(String what) {
        return new JinjaException("line " + line(position) + ": " + what);
    }
}
