package org.catrl.text;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer of a text that was not asked for a form: in its last box; else, behind its last "answer is" or "answer:",
 * and then in the whole text, the last formula between TeX's delimiters, comparison or number, whichever comes last. A
 * text without words is the answer itself. What stands before {@code </think>} is not looked at.
 *
 * @param comparison when two answers are the same
 */
public record FreeAnswer(Comparison comparison) implements AnswerFormat {
    private static final BoxedAnswer BOX = new BoxedAnswer(true, Comparison.EXACT);
    private static final String THOUGHT = "</think>";
    private static final Pattern SAID = Pattern.compile("(?i)\\banswer(?:\\s+is|\\s*:)\\s*:?");
    private static final Pattern FORMULA = Pattern.compile(
            "\\$\\$(.+?)\\$\\$|\\$([^$]+)\\$|\\\\\\((.+?)\\\\\\)|\\\\\\[(.+?)\\\\\\]", Pattern.DOTALL);
    /** Two words one after the other, or a script that writes none apart. */
    private static final Pattern PROSE = Pattern.compile("(?<![\\\\A-Za-z{])\\p{L}{3,}\\s+\\p{L}{2,}|\\p{IsHan}");
    private static final Pattern WORD = Pattern.compile("(?!(?:and|or)\\b)\\p{L}{2,}");
    private static final Pattern COMPARISON = Pattern.compile(
            "(?<![A-Za-z])[a-z]\\s*(?:<=|>=|!=|<|>|=)\\s*-?[\\d./]*\\d");

    @Override
    public Optional<String> extract(String text) {
        int thought = text.lastIndexOf(THOUGHT);
        String spoken = text.substring(thought < 0 ? 0 : thought + THOUGHT.length());
        Optional<String> boxed = BOX.extract(spoken);
        if (boxed.isPresent()) {
            return boxed;
        }
        String withoutCommands = spoken.replaceAll("\\\\[A-Za-z]+\\s*\\{[^{}]*\\}", " ");
        if (!PROSE.matcher(withoutCommands).find() && !SAID.matcher(spoken).find()) {
            boolean formulas = !WORD.matcher(FORMULA.matcher(spoken).replaceAll("")).find();
            return (formulas ? Optional.<String>empty() : last(FORMULA, spoken)).or(() -> Optional.of(spoken.strip()))
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
        return from < 0 ? Optional.empty() : formulaOrNumber(text.substring(from));
    }

    private static Optional<String> formulaOrNumber(String text) {
        int formula = end(FORMULA, text);
        int comparison = end(COMPARISON, text);
        int number = end(NumberAnswer.NUMBER, text);
        return formula >= Math.max(comparison, number) ? last(FORMULA, text)
                : comparison >= number ? last(COMPARISON, text) : last(NumberAnswer.NUMBER, text);
    }

    /** Where the last match ends, or -1 where nothing matches. */
    private static int end(Pattern pattern, String text) {
        return pattern.matcher(text).results().mapToInt(MatchResult::end).reduce(-1, (before, end) -> end);
    }

    private static Optional<String> last(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        String last = null;
        while (match.find()) {
            last = match.group();
        }
        return Optional.ofNullable(last).map(String::strip);
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
