package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer's text in pieces: numbers, TeX commands, words, signs. */
final class Tokens {
    private static final Pattern TOKEN = Pattern.compile("\\s+|(\\d+\\.\\d+|\\.\\d+|\\d+\\.?|\\\\[A-Za-z]+|\\\\."
            + "|[A-Za-z]+|<=|>=|!=|\\*\\*|.)", Pattern.DOTALL);

    private final List<String> tokens = new ArrayList<>();
    private int position;

    Tokens(String text) {
        Matcher match = TOKEN.matcher(text);
        while (match.find()) {
            if (match.group(1) != null) {
                tokens.add(match.group(1));
            }
        }
    }

    /** The next token; "" behind the last one. */
    String peek() {
        return peek(0);
    }

    /** The token that many places behind the next one; "" behind the last one. */
    String peek(int ahead) {
        return position + ahead < tokens.size() ? tokens.get(position + ahead) : "";
    }

    /** Takes the next token; "" behind the last one. */
    String next() {
        String token = peek();
        position++;
        return token;
    }

    /** Takes the next token where it is this one, and says whether it was. */
    boolean accept(String token) {
        if (!peek().equals(token) || token.isEmpty()) {
            return false;
        }
        position++;
        return true;
    }

    /** Takes the next token. @throws UnreadableAnswerException where it is another one */
    void expect(String token) {
        if (!accept(token)) {
            throw new UnreadableAnswerException("expected " + token + ", found " + peek());
        }
    }

    /** Whether every token has been taken. */
    boolean done() {
        return position >= tokens.size();
    }

    /** Whether brackets opened by the next token hold a separator of their own, or close by another kind. */
    boolean opensSeveral() {
        int depth = 0;
        for (int i = position; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (opens(token)) {
                depth++;
            } else if (closes(token) && --depth == 0) {
                return !List.of("()", "[]", "{}").contains(peek() + token);
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
