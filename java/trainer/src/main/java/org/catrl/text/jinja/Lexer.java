package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catrl.text.jinja.Token.Kind;

/** Cuts a template into tokens, with trim_blocks and lstrip_blocks. */
final class Lexer {
    private static final Pattern TAG = Pattern.compile("\\{([{%#])([-+]?)");
    private static final Pattern RAW = Pattern.compile("\\s*raw\\s*(-?)%}");
    private static final Pattern END_RAW = Pattern.compile("\\{%(-?)\\s*endraw\\s*(-?)%}");
    private static final Pattern IN_TAG = Pattern.compile("(?<space>\\s+)"
            + "|(?<float>\\d[\\d_]*(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+))"
            + "|(?<integer>\\d[\\d_]*)|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)"
            + "|(?<string>'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
            + "|(?<operator>//|\\*\\*|==|!=|<=|>=|[-+*/%~<>=()\\[\\]{},:.|])", Pattern.DOTALL);

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
        String text = source.substring(begin.end(), end.start());
        text = begin.group(1).isEmpty() ? text.startsWith("\n") ? text.substring(1) : text : text.stripLeading();
        add(Kind.TEXT, end.group(1).isEmpty() ? text : text.stripTrailing(), begin.end());
        position = end.end();
        afterBlock(!end.group(2).isEmpty(), false);
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
        Matcher matcher = IN_TAG.matcher(source);
        while (position < source.length()) {
            if (depth == 0 && source.startsWith("-" + end, position)) {
                return true;
            }
            boolean ends = source.startsWith(end, position)
                    || end.equals("%}") && source.startsWith("+" + end, position);
            if (depth == 0 && ends) {
                return false;
            }
            if (!matcher.region(position, source.length()).lookingAt()) {
                throw wrong("unexpected " + source.substring(position, Math.min(source.length(), position + 10)));
            }
            depth += token(matcher);
            position = matcher.end();
        }
        throw wrong("a tag is never closed by " + end);
    }

    /** Adds what was matched; returns how many brackets it opens. */
    private int token(Matcher matcher) {
        String text = matcher.group();
        if (matcher.group("space") != null) {
            return 0;
        }
        if (matcher.group("string") != null) {
            add(Kind.STRING, unescaped(text.substring(1, text.length() - 1)), position);
        } else if (matcher.group("operator") != null) {
            add(Kind.OPERATOR, text, position);
            return "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
        } else {
            add(matcher.group("name") != null ? Kind.NAME : matcher.group("float") != null ? Kind.FLOAT : Kind.INTEGER,
                    matcher.group("name") != null ? text : text.replace("_", ""), position);
        }
        return 0;
    }

    /** The text with Python's escapes resolved; an unknown one stays as it is. */
    private static String unescaped(String text) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                result.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            int known = "ntrbfa0\\'\"\n".indexOf(escape);
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 0;
            if (digits > 0 && i + digits < text.length()
                    && text.substring(i + 1, i + 1 + digits).matches("[0-9a-fA-F]+")) {
                result.append((char) Integer.parseInt(text.substring(i + 1, i + 1 + digits), 16));
                i += digits;
            } else if (known >= 0) {
                result.append(escape == '\n' ? "" : "\n\t\r\b\f\u0007\0\\'\"".substring(known, known + 1));
            } else {
                result.append(c).append(escape);
            }
        }
        return result.toString();
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
