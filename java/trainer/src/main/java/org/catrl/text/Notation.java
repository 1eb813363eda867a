package org.catrl.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One notation for what TeX and Unicode write in many: layout and fonts dropped, signs under one name, {@code \frac}
 * and {@code \sqrt} with braces around what they take. One pass over the characters, so its time is the text's length.
 */
final class Notation {
    /** Stands where upright text begins, which may be words or a unit. */
    static final char TEXT = '\u0001';
    /** Stands where upright text ends. */
    static final char END = '\u0002';
    /** Stands for a dollar sign that is meant as money; a bare one is TeX's mark of a formula. */
    static final char DOLLAR = '\u0003';

    private static final Set<String> UPRIGHT = Set.of("text", "textbf", "textit", "textrm", "textnormal", "textsf",
            "texttt", "textup", "textsc", "mathrm", "mathsf", "mathtt", "mathup", "mbox", "hbox", "operatorname",
            "emph", "rm");
    private static final Set<String> FONTS = Set.of("mathbf", "boldsymbol", "mathit", "mathnormal", "bm", "pmb", "bf",
            "boldmath", "mathcal", "ensuremath", "underline", "boxed", "fbox", "mathop", "mathord");
    private static final Set<String> LAYOUT = Set.of("left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl",
            "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "displaystyle", "textstyle", "scriptstyle",
            "limits", "nolimits", "quad", "qquad", "thinspace", "enspace", "space", "hfill", "hline", "small", "large",
            "Large", "normalsize", "itshape", "upshape", "bfseries", "rmfamily", "nonumber", "notag", "centering");
    private static final Set<String> WITH_ARGUMENT = Set.of("color", "textcolor", "hspace", "vspace", "phantom",
            "hphantom", "vphantom", "label", "tag", "colorbox");
    private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("dfrac", "\\frac"),
            Map.entry("tfrac", "\\frac"), Map.entry("cfrac", "\\frac"), Map.entry("dbinom", "\\binom"),
            Map.entry("tbinom", "\\binom"), Map.entry("lbrace", "\\{"), Map.entry("rbrace", "\\}"),
            Map.entry("lbrack", "["), Map.entry("rbrack", "]"), Map.entry("langle", "("), Map.entry("rangle", ")"),
            Map.entry("lparen", "("), Map.entry("rparen", ")"), Map.entry("lvert", "|"), Map.entry("rvert", "|"),
            Map.entry("vert", "|"), Map.entry("times", "\\cdot"), Map.entry("ast", "*"), Map.entry("lt", "<"),
            Map.entry("gt", ">"), Map.entry("leq", "\\le"), Map.entry("leqslant", "\\le"), Map.entry("geq", "\\ge"),
            Map.entry("geqslant", "\\ge"), Map.entry("neq", "\\ne"), Map.entry("wedge", "\\land"),
            Map.entry("vee", "\\lor"), Map.entry("varnothing", "\\emptyset"),
            Map.entry("colon", ":"), Map.entry("degree", "\u00b0"),
            Map.entry("backslash", "\\setminus"), Map.entry("smallsetminus", "\\setminus"),
            Map.entry("prime", "'"), Map.entry("tg", "\\tan"), Map.entry("ctg", "\\cot"),
            Map.entry("euro", "\u20ac"), Map.entry("pounds", "\u00a3"), Map.entry("yen", "\u00a5"),
            Map.entry("R", "\\setR"), Map.entry("reals", "\\setR"), Map.entry("Reals", "\\setR"),
            Map.entry("bigcup", "\\cup"), Map.entry("bigcap", "\\cap"), Map.entry("infin", "\\infty"),
            Map.entry("dots", "\\ldots"), Map.entry("cdots", "\\ldots"));
    private static final Pattern VECTOR = Pattern.compile(
            "\\\\(?:vec|overrightarrow)(?![a-z])|\\\\(?:mathbf|boldsymbol|bm|hat) ?\\{ ?[A-Za-z] ?\\}");
    private static final Map<Character, String> SIGNS = signs();
    private static final String RAISED =
            "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207f";
    private static final String LOWERED =
            "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u208a\u208b\u2099";
    private static final String LEVEL = "0123456789+-n";

    private final String source;
    private final StringBuilder out = new StringBuilder();
    /** What is written where each open brace closes. */
    private final Deque<String> closing = new ArrayDeque<>();
    /** Whether letters are vectors, whose product {@code \times} is not {@code \cdot}. */
    private final boolean vectors;
    private int position;

    private Notation(String source) {
        this.source = source;
        this.vectors = VECTOR.matcher(source).find();
    }

    /** The text in one notation, its white space collapsed, upright text between {@link #TEXT} and {@link #END}. */
    static String of(String answer) {
        Notation notation = new Notation(singleBackslashes(collapsed(answer)));
        notation.copyAll();
        return collapsed(new Arguments(collapsed(notation.out.toString())).braced());
    }

    /** The text with one space for every run of white space, none at its ends, and without invisible characters. */
    static String collapsed(String text) {
        StringBuilder collapsed = new StringBuilder();
        boolean space = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                space = true;
            } else if (Character.getType(c) != Character.FORMAT) {
                collapsed.append(space && collapsed.length() > 0 ? " " : "").append(c);
                space = false;
            }
        }
        return collapsed.toString();
    }

    /** The text without a second backslash before commands, as JSON read once too seldom has them. */
    private static String singleBackslashes(String text) {
        if (text.contains("\\\\begin")) {
            return text.replace("\\\\", "\\");
        }
        StringBuilder single = new StringBuilder();
        boolean rows = text.contains("\\begin");
        for (int i = 0; i < text.length(); i++) {
            boolean doubled = !rows && text.startsWith("\\\\", i) && letter(text, i + 2) && letter(text, i + 3);
            i += doubled ? 1 : 0;
            single.append(text.charAt(i));
            if (text.charAt(i) == '\\' && !doubled && i + 1 < text.length()) {
                single.append(text.charAt(++i));
            }
        }
        return single.toString();
    }

    private static boolean letter(String text, int i) {
        return i < text.length() && (text.charAt(i) | 32) >= 'a' && (text.charAt(i) | 32) <= 'z';
    }

    private void copyAll() {
        while (position < source.length()) {
            char c = source.charAt(position++);
            switch (c) {
                case '\\' -> command();
                case '{' -> open();
                case '}' -> out.append(closing.isEmpty() ? "}" : closing.pop());
                case '^' -> raised();
                case '$', TEXT, END, DOLLAR -> { }
                case '~' -> out.append(' ');
                default -> sign(c);
            }
        }
    }

    private void open() {
        if (source.startsWith(",}", position)) {
            out.append(',');
            position += 2;
        } else {
            open("{", "}");
        }
    }

    private void open(String start, String end) {
        out.append(start);
        closing.push(end);
    }

    /** A power; that of a degree is the degree sign. */
    private void raised() {
        String rest = source.substring(position, Math.min(source.length(), position + 20)).replace(" ", "");
        for (String degree : new String[] {"{\\circ}", "\\circ", "{\\degree}", "\\degree", "\u00b0", "{\u00b0}"}) {
            if (rest.startsWith(degree)) {
                skip(degree.length());
                out.append('\u00b0');
                return;
            }
        }
        out.append('^');
    }

    /** Goes past so many characters that are not spaces. */
    private void skip(int characters) {
        for (int left = characters; left > 0; position++) {
            left -= source.charAt(position) == ' ' ? 0 : 1;
        }
    }

    private void sign(char c) {
        int raised = RAISED.indexOf(c);
        int lowered = LOWERED.indexOf(c);
        if (c == '\u221a') {
            root();
        } else if (raised >= 0) {
            squareMetres();
            script(RAISED, "^{");
        } else if (lowered >= 0) {
            script(LOWERED, "_{");
        } else {
            out.append(SIGNS.getOrDefault(c, String.valueOf(c)));
        }
    }

    /** Marks the m of m\u00b2 behind a number as a unit; that of m^2 may be a variable. */
    private void squareMetres() {
        int m = out.length() - 1;
        int before = m - 1 - (m > 0 && out.charAt(m - 1) == ' ' ? 1 : 0);
        if (before >= 0 && out.charAt(m) == 'm' && Character.isDigit(out.charAt(before))) {
            out.setCharAt(m, TEXT);
            out.append('m').append(END);
        }
    }

    private void script(String digits, String start) {
        out.append(start);
        position--;
        while (position < source.length() && digits.indexOf(source.charAt(position)) >= 0) {
            out.append(LEVEL.charAt(digits.indexOf(source.charAt(position++))));
        }
        out.append('}');
    }

    private void root() {
        int from = position;
        while (position < source.length() && Character.isDigit(source.charAt(position))) {
            position++;
        }
        out.append("\\sqrt");
        if (position > from) {
            out.append('{').append(source, from, position).append('}');
        }
    }

    private void command() {
        int from = position;
        while (letter(source, position)) {
            position++;
        }
        if (position == from) {
            symbol();
            return;
        }
        String name = source.substring(from, position);
        if (name.startsWith("quad")) {
            position = from + 4; // \quad written together with what follows it
            name = "quad";
        }
        if (name.equals("mathbb") || name.equals("Bbb")) {
            numberSet();
        } else if (UPRIGHT.contains(name)) {
            group(String.valueOf(TEXT), String.valueOf(END));
        } else if (FONTS.contains(name)) {
            group(" ", "");
        } else if (WITH_ARGUMENT.contains(name)) {
            pass();
            group(" ", "");
        } else {
            // \left. and \right. draw nothing
            boolean invisible = (name.equals("left") || name.equals("right")) && source.startsWith(".", position);
            position += invisible ? 1 : 0;
            String written = LAYOUT.contains(name) ? " " : written(name);
            out.append(written);
            if (letter(source, position) || written.startsWith("\\") && letter(written, written.length() - 1)
                    && source.startsWith(" ", position)) {
                out.append(' ');
            }
        }
    }

    private String written(String name) {
        if (name.equals("circ")) { // of functions, unless a number comes before it
            return behindNumber() ? "\u00b0" : "\\circ";
        }
        return name.equals("times") && vectors ? "\\cross" : NAMES.getOrDefault(name, "\\" + name);
    }

    private boolean behindNumber() {
        int last = out.length() - 1;
        while (last > 0 && out.charAt(last) == ' ') {
            last--;
        }
        return last >= 0 && (Character.isDigit(out.charAt(last)) || out.charAt(last) == '}');
    }

    /** A command of one sign: a space, a bracket that is printed, a bracket around a formula. */
    private void symbol() {
        char c = position < source.length() ? source.charAt(position++) : ' ';
        switch (c) {
            case ',', ';', ':', ' ' -> out.append(' ');
            case '!' -> position += source.startsWith(" ", position) ? 1 : 0;
            case '(', ')', '[', ']' -> { }
            case '$' -> out.append(DOLLAR);
            case '#', '&', '%' -> out.append(c);
            default -> out.append('\\').append(c);
        }
    }

    /** The group or single character that comes next, inside these marks. */
    private void group(String start, String end) {
        position += source.startsWith(" ", position) ? 1 : 0;
        if (source.startsWith("{", position)) {
            position++;
            open(start, end);
        } else if (start.charAt(0) == TEXT) {
            out.append(' ');
        }
    }

    private void numberSet() {
        position += source.startsWith(" ", position) ? 1 : 0;
        boolean braces = source.startsWith("{", position);
        int letter = position + (braces ? 1 : 0);
        if (letter(source, letter)) {
            out.append("\\set").append(source.charAt(letter)).append(' ');
            position = letter + (braces && source.startsWith("}", letter + 1) ? 2 : 1);
        } else {
            out.append("\\mathbb");
        }
    }

    /** Goes past the group that comes next. */
    private void pass() {
        position += source.startsWith(" ", position) ? 1 : 0;
        int end = source.startsWith("{", position) ? Braces.close(source, position + 1) : -1;
        position = end < 0 ? position : end + 1;
    }

    private static Map<Character, String> signs() {
        Map<Character, String> signs = new HashMap<>();
        String greek = "alpha \u03b1 beta \u03b2 gamma \u03b3 delta \u03b4 epsilon \u03b5 theta \u03b8 lambda \u03bb "
                + "mu \u03bc rho \u03c1 sigma \u03c3 tau \u03c4 phi \u03c6 omega \u03c9 pi \u03c0 Delta \u0394 "
                + "Omega \u03a9 Phi \u03a6 cdot \u00b7 cdot \u00d7 cdot \u22c5 cdot \u2219 div \u00f7 le \u2264 ge "
                + "\u2265 ne \u2260 in \u2208 cup \u222a cap \u2229 infty \u221e pm \u00b1 mp \u2213 emptyset \u2205 "
                + "emptyset \u00d8 setR \u211d setZ \u2124 setN \u2115 setQ \u211a setC \u2102 setminus \u2216 angle "
                + "\u2220 approx \u2248 le \u2a7d ge \u2a7e le \u2266 ge \u2267 ell \u2113 mid \u2223 "
                + "lfloor \u230a rfloor \u230b lceil \u2308 rceil \u2309 sum \u2211 int \u222b prod \u220f";
        String[] words = greek.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            signs.put(words[i + 1].charAt(0), "\\" + words[i] + " ");
        }
        String fractions = "\u00bd12\u215313\u215423\u00bc14\u00be34\u215515\u215625\u215735\u215845\u215916\u215a56"
                + "\u215b18\u215c38\u215d58\u215e78";
        for (int i = 0; i < fractions.length(); i += 3) {
            signs.put(fractions.charAt(i), "\\frac{" + fractions.charAt(i + 1) + "}{" + fractions.charAt(i + 2) + "}");
        }
        String plain = "\u2212-\u2013-\u2010-\u2011-\u2217*\uff0c,\uff1b;\uff1a:\uff08(\uff09)\uff1d=\uff0b+"
                + "\u27e8(\u27e9)\u2329(\u232a)\u2032'\u2019'\u2018'\u2215/\u2044/\u3001,\uff05%";
        for (int i = 0; i < plain.length(); i += 2) {
            signs.put(plain.charAt(i), plain.substring(i + 1, i + 2));
        }
        signs.put('\u2227', "\\land ");
        signs.put('\u2228', "\\lor ");
        signs.put('\u3002', ".");
        return Map.copyOf(signs);
    }

    /** Writes braces around single characters behind {@code \frac}, {@code \binom} and {@code \sqrt}. */
    private static final class Arguments {
        private final String source;
        private final StringBuilder out = new StringBuilder();
        /** Arguments that are still to come, for every open brace and for the present one. */
        private final Deque<Integer> outer = new ArrayDeque<>();
        private int wanted;

        Arguments(String source) {
            this.source = source;
        }

        String braced() {
            int i = 0;
            while (i < source.length()) {
                i = source.charAt(i) == '\\' ? command(i) : character(i);
            }
            return out.toString();
        }

        private int command(int from) {
            int to = from + 1;
            while (letter(source, to)) {
                to++;
            }
            to = Math.max(to, Math.min(from + 2, source.length()));
            String command = source.substring(from, to);
            int takes = command.equals("\\frac") || command.equals("\\binom") ? 2 : command.equals("\\sqrt") ? 1 : 0;
            if (takes == 0 && wanted > 0) {
                wanted--;
                out.append('{').append(command).append('}');
                return to;
            }
            out.append(command);
            wanted = takes == 0 ? wanted : takes;
            return takes == 1 ? degree(to) : to;
        }

        /** The root's degree in square brackets, if it has one. */
        private int degree(int from) {
            int start = from + (source.startsWith(" ", from) ? 1 : 0);
            int end = source.startsWith("[", start) ? source.indexOf(']', start) : -1;
            if (end < 0) {
                return from;
            }
            out.append(source, start, end + 1);
            return end + 1;
        }

        private int character(int i) {
            char c = source.charAt(i);
            boolean alone = Character.isLetterOrDigit(c);
            if (c == ' ' && wanted > 0) {
                return i + 1;
            }
            if (c == '{') {
                outer.push(Math.max(0, wanted - 1));
                wanted = 0;
            } else if (c == '}') {
                wanted = outer.isEmpty() ? 0 : outer.pop();
            } else if (wanted > 0) {
                wanted = alone ? wanted - 1 : 0;
                out.append(alone ? "{" + c + "}" : c);
                return i + 1;
            }
            out.append(c);
            return i + 1;
        }
    }
}
