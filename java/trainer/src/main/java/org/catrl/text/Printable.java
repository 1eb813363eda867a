package org.catrl.text;

import java.util.regex.Pattern;

/** Texts that somebody else wrote, fit to be printed in full: their lines stay, what steers a terminal does not. */
public final class Printable {
    /** Control, format, private and unassigned characters and halves of pairs, but for line ends. */
    private static final Pattern STEERING = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}&&[^\n]]");

    private Printable() { }

    /**
     * A text with its lines indented, and U+FFFD for each character that cannot be seen.
     *
     * @param indent what every line begins with
     * @param most   characters that are shown; what is left out is told
     */
    public static String of(String text, String indent, int most) {
        String shown = Utf8.first(text, most);
        String lines = STEERING.matcher(shown.replace("\r\n", "\n").replace('\t', ' ')).replaceAll("\ufffd");
        String more = shown.length() == text.length() ? ""
                : String.format("%n%s(%,d more characters)", indent, text.length() - shown.length());
        return indent + lines.strip().replace("\n", "\n" + indent) + more;
    }
}
