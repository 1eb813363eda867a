package org.catrl.text;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer of a text that was not asked for a form: in its last box; else, behind its last "answer is", "answer:" or,
 * as in GSM8K, "####" before a lone number, in the sentence that begins there, or where that holds none in all that
 * follows; and then in the whole text. There it is the last formula between TeX's delimiters, comparison or number,
 * whichever comes last. A text without words is the answer itself. What stands before {@code </think>} is not looked
 * at.
 *
 * @param comparison when two answers are the same
 */
public record FreeAnswer(Comparison comparison) implements AnswerFormat {
    private static final BoxedAnswer BOX = new BoxedAnswer(true, Comparison.EXACT);
    private static final String THOUGHT = "</think>";
    private static final Pattern SAID = Pattern.compile("(?i)\\banswer(?:\\s++is|\\s*+:)\\s*+:?+"
            + "|####(?=\\h*+[-+$]*+\\.?+\\d[\\d.,/%]*+\\h*+(?:\\R|\\z))");
    private static final Pattern COMMAND = Pattern.compile("\\\\[A-Za-z]++\\s*+\\{[^{}]*+\\}");
    /** Two words one after the other, or a script that writes none apart. */
    private static final Pattern PROSE = Pattern.compile("(?<![\\\\\\p{L}{])\\p{L}{3,}+\\s++\\p{L}{2}|\\p{IsHan}");
    private static final Pattern WORD = Pattern.compile("(?!(?:and|or)\\b)\\p{L}{2}");
    private static final Pattern COMPARISON = Pattern.compile(
            "(?<![A-Za-z])[a-z]\\s*+(?:<=|>=|!=|<|>|=)\\s*+-?+[\\d./]*\\d");

    @Override
    public Optional<String> extract(String text) {
        int thought = text.lastIndexOf(THOUGHT);
        String spoken = text.substring(thought < 0 ? 0 : thought + THOUGHT.length());
        Optional<String> boxed = BOX.extract(spoken);
        return boxed.isPresent() ? boxed : unboxed(spoken);
    }

    private static Optional<String> unboxed(String spoken) {
        if (!PROSE.matcher(COMMAND.matcher(spoken).replaceAll(" ")).find() && !SAID.matcher(spoken).find()) {
            boolean formulas = !WORD.matcher(Formulas.without(spoken)).find();
            return (formulas ? Optional.<String>empty() : lastFormula(spoken)).or(() -> Optional.of(spoken.strip()))
                    .filter(answer -> !answer.isEmpty());
        }
        return said(spoken).or(() -> formulaOrNumber(spoken));
    }

    private static Optional<String> said(String text) {
        Matcher said = SAID.matcher(text);
        int from = -1;
        while (said.find()) {
            from = said.end();
        }
        if (from < 0) {
            return Optional.empty();
        }
        String rest = text.substring(from).strip();
        return formulaOrNumber(sentence(rest)).or(() -> formulaOrNumber(rest));
    }

    /** The text up to the end of its first sentence or line; a formula is not broken. */
    private static String sentence(String text) {
        Iterator<Formulas.Span> formulas = Formulas.in(text).iterator();
        Formulas.Span next = formulas.hasNext() ? formulas.next() : null;
        for (int i = 0; i < text.length(); i++) {
            if (next != null && next.start() == i) {
                i = next.end() - 1;
                next = formulas.hasNext() ? formulas.next() : null;
            } else if (endsSentence(text, i)) {
                return text.substring(0, i);
            }
        }
        return text;
    }

    private static boolean endsSentence(String text, int i) {
        char c = text.charAt(i);
        boolean last = i + 1 == text.length() || Character.isWhitespace(text.charAt(i + 1));
        return c == '\n' || c == '\u3002' || last && (c == '.' || c == '!' || c == '?');
    }

    private static Optional<String> formulaOrNumber(String text) {
        int formula = Formulas.in(text).stream().mapToInt(Formulas.Span::end).max().orElse(-1);
        Optional<MatchResult> comparison = last(COMPARISON, text);
        Optional<MatchResult> number = last(NumberAnswer.NUMBER, text);
        int compared = comparison.map(MatchResult::end).orElse(-1);
        int counted = number.map(MatchResult::end).orElse(-1);
        return formula >= Math.max(compared, counted) ? lastFormula(text)
                : (compared >= counted ? comparison : number).map(MatchResult::group).map(String::strip);
    }

    private static Optional<MatchResult> last(Pattern pattern, String text) {
        return pattern.matcher(text).results().reduce((before, match) -> match);
    }

    private static Optional<String> lastFormula(String text) {
        List<Formulas.Span> formulas = Formulas.in(text);
        return formulas.isEmpty() ? Optional.empty()
                : Optional.of(formulas.get(formulas.size() - 1)).map(last -> text.substring(last.start(), last.end()));
    }

    @Override
    public String canonical(String answer) {
        return comparison.canonical(answer);
    }

    @Override
    public boolean equivalent(String a, String b) {
        return comparison.equivalent(a, b);
    }
}
