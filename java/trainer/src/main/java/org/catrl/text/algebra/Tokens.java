package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer's text in pieces: numbers, TeX commands, words, signs. */
final class Tokens {
    private static final Pattern TOKEN = Pattern.compile("\\s+|(\\d+\\.\\d+|\\.\\d+|\\d+\\.?|\\\\[A-Za-z]+|\\\\.|[A-Za-z]+"
            + "|<=|>=|!=|\\*\\*|.)", Pattern.DOTALL);

    private final List<String> tokens = new ArrayList<>();
    private int at;

    Tokens(String text) {
        Matcher match = TOKEN.matcher(text);
        while (match.find()) {
            if (match.group(1) != null) {
                tokens.add(match.group(1));
            }
        }
    }

    /** "" behind the last one. */
    String peek() {
        return peek(0);
    }

    String peek(int ahead) {
        return at + ahead < tokens.size() ? tokens.get(at + ahead) : "";
    }

    String next() {
        String token = peek();
        at++;
        return token;
    }

    boolean accept(String token) {
        if (!peek().equals(token) || token.isEmpty()) {
            return false;
        }
        at++;
        return true;
    }

    void expect(String token) {
        if (!accept(token)) {
            throw new UnreadableAnswerException("expected " + token + ", found " + peek());
        }
    }

    boolean done() {
        return at >= tokens.size();
    }

    int place() {
        return at;
    }

    /** Puts these in place of the next one. */
    void replace(List<String> pieces) {
        tokens.remove(at);
        tokens.addAll(at, pieces);
    }

    /** Whether brackets opened by the next token hold a separator of their own, or close by another kind. */
    boolean opensSeveral() {
        int depth = 0;
        for (int i = at; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (opens(token)) {
                depth++;
            } else if (closes(token) && --depth == 0) {
                return !(peek() + token).equals("()") && !(peek() + token).equals("[]") && !(peek() + token).equals("{}");
            } else if (depth == 1 && (token.equals(",") || token.equals(";"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean opens(String token) {
        return token.equals("(") || token.equals("[") || token.equals("{") || token.equals("\\{");
    }

    private static boolean closes(String token) {
        return token.equals(")") || token.equals("]") || token.equals("}") || token.equals("\\}");
    }
}
