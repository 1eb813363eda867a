package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer's text in pieces: numbers, TeX commands, words, signs. Also counts how deeply what is read is nested. */
final class Tokens {
    private static final Pattern TOKEN = Pattern.compile("\\s+|((?:\\d+\\.\\d+|\\.\\d+|\\d+)[eE][-+]?\\d+(?![\\w.])"
            + "|\\d+\\.\\d+|\\.\\d+|\\d+\\.?|\\\\[A-Za-z]+|\\\\.|[A-Za-z]+|<=|>=|!=|\\*\\*|.)", Pattern.DOTALL);
    private static final int MOST = 400;
    private static final int DEEPEST = 60;

    private final List<String> tokens;
    private int position;
    private int depth;

    /** The pieces of a text. @throws UnreadableAnswerException of one with too many */
    Tokens(String text) {
        this(new ArrayList<>());
        Matcher match = TOKEN.matcher(text);
        while (match.find()) {
            if (match.group(1) != null) {
                tokens.add(match.group(1));
            }
        }
        if (tokens.size() > MOST) {
            throw new UnreadableAnswerException(tokens.size() + " pieces");
        }
    }

    private Tokens(List<String> tokens) {
        this.tokens = tokens;
    }

    /** Notes that a nested part begins. @throws UnreadableAnswerException below the deepest that is read */
    void enter() {
        if (++depth > DEEPEST) {
            throw new UnreadableAnswerException("nested too deeply");
        }
    }

    /** Notes that a nested part ends. */
    void leave() {
        depth--;
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

    /** Takes all tokens from the bracket that comes next to its partner, as a text. */
    String bracketed() {
        StringBuilder text = new StringBuilder();
        int open = 0;
        do {
            String token = next();
            open += opens(token) ? 1 : closes(token) ? -1 : 0;
            text.append(text.isEmpty() ? "" : " ").append(token);
        } while (open > 0 && !done());
        return text.toString();
    }

    /** Takes all tokens before the next dx and the like, and that one; the variable is its last letter. */
    Tokens untilDifferential() {
        for (int i = position; i < tokens.size(); i++) {
            if (tokens.get(i).matches("d[a-z]") || tokens.get(i).equals("d") && i + 1 < tokens.size()) {
                boolean apart = tokens.get(i).length() == 1;
                Tokens before = new Tokens(new ArrayList<>(tokens.subList(position, i)));
                before.depth = depth;
                position = i + (apart ? 1 : 0);
                return before;
            }
        }
        throw new UnreadableAnswerException("an integral without its variable");
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
