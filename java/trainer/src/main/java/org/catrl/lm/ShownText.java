package org.catrl.lm;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts that models or data wrote, as prompts show them. A text must not pass for the prompt around it: a rollout that
 * holds "## RESPONSE 3" must not become a third response. So what reads as a part of a prompt is made harmless, and
 * nothing else is touched:
 *
 * <ul>
 * <li>a heading with a word of our prompts (RESPONSE, PROBLEM, REQUEST, SUMMARY), and a line that is nothing but
 * "Response" and a number, is quoted: "&gt; " comes before it;
 * <li>tags of a rubric or verdict, and what templates of conversations write between messages, lose their "&lt;": it
 * becomes "&amp;lt;";
 * <li>a template's own separator becomes a space.
 * </ul>
 */
public final class ShownText {
    private static final Pattern CONTROL = Pattern.compile("<(?=\\||/?+s>|(?:start|end)_of_turn>)");
    private static final Pattern TAG = Pattern.compile(
            "<(?=\\s*+/?+\\s*+(?:rubric|criterion|verdict|criteria_met)\\b)", Pattern.CASE_INSENSITIVE);
    private static final Pattern LINE = Pattern.compile("(?m)^.++$");
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Mn}\\p{Cc}]++");
    private static final Pattern HEADING = Pattern.compile("[\\s*_~`]*+#.*+");
    private static final List<String> WORDS = List.of("RESPONSE", "PROBLEM", "REQUEST", "SUMMARY");
    private static final Pattern NUMBERED = Pattern.compile("[\\s*_~`=-]*+RESPONSE\\W*+\\d++\\W*+");

    private ShownText() { }

    /** The text with nothing in it that reads as a part of one of our prompts. */
    public static String harmless(String text) {
        Matcher line = LINE.matcher(TAG.matcher(inert(text)).replaceAll("&lt;"));
        return line.replaceAll(found -> Matcher.quoteReplacement(
                isHeading(found.group()) ? "> " + found.group() : found.group()));
    }

    /** The text without what starts and ends the messages of a conversation: enough between marks. */
    static String inert(String text) {
        return text.indexOf('<') < 0 ? text : CONTROL.matcher(text).replaceAll("&lt;");
    }

    /** The text with a space for each occurrence of some parts of a fixed form; blank parts are no marks. */
    public static String without(String text, String... parts) {
        String left = text;
        for (String part : parts) {
            left = part.isBlank() ? left : left.replace(part, " ");
        }
        return left;
    }

    /** Whether a line is a heading of ours, in whatever letters that look the same it is written. */
    private static boolean isHeading(String line) {
        String plain = plain(line).toUpperCase(Locale.ROOT);
        return HEADING.matcher(plain).matches() && WORDS.stream().anyMatch(plain::contains)
                || NUMBERED.matcher(plain).matches();
    }

    private static String plain(String line) {
        return line.chars().allMatch(c -> c >= ' ' && c < 128) ? line
                : INVISIBLE.matcher(Normalizer.normalize(line, Normalizer.Form.NFKD)).replaceAll("");
    }
}
