package org.catrl.text.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catrl.text.AnswerFormat;
import org.catrl.text.BoxedAnswer;
import org.catrl.text.ChoiceAnswer;
import org.catrl.text.Comparison;
import org.catrl.text.FreeAnswer;
import org.catrl.text.OutsideCases;
import org.catrl.text.algebra.AlgebraicComparison.Percent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When answers are the same by mathematics. */
class AlgebraicComparisonTest {
    private static final AlgebraicComparison ALGEBRA = new AlgebraicComparison(Percent.UNIT, Duration.ofSeconds(5));
    private static final FreeAnswer FREE = new FreeAnswer(ALGEBRA);
    private static final BoxedAnswer BOXED = new BoxedAnswer(true, ALGEBRA);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\\frac{\\sqrt{8}}{2} | \\sqrt 2", "x^2+2x+1 | (x+1)^2", "2 \\sin b \\cos a | \\sin(a+b) - \\sin(a-b)",
        "\\{3,1,2\\} | \\{1,2,3\\}", "1, 2 | 2 \\text{ and } 1", "x < 1 | -x > -1", "x \\leq 5 | 5 \\geq x",
        "34x+45y-20z+100=0 | -34x-45y+20z-100=0", "1 \\pm \\sqrt 2 | 1-\\sqrt{2}, 1+\\sqrt{2}",
        "\\begin{pmatrix} 1/2 \\\\ 3 \\end{pmatrix} | \\begin{bmatrix} 0.5 \\\\ 3 \\end{bmatrix}",
        "[-1,0) \\cup (0,\\infty) | (0,\\infty)\\cup[-1,0)", "-2 \\le x < 7 | x \\in [-2,7)", "y = x^2+2x+1 | 2x+1+x^2",
        "0.\\overline{3} | 1/3", "\\sqrt[3]{-8} | -2", "\\log_2 8 | 3", "5! | 120", "\\binom{5}{2} | 10",
        "e^{i\\pi} | -1", "2ab | 2ba", "2\\cdot 3^{x+1} | 6 \\cdot 3^x", "4.123105625617661 | \\sqrt{17}",
        "\\tan^2(y)+1 | \\sec^2(y)"})
    void theSame(String a, String b) {
        assertTrue(ALGEBRA.equivalent(a, b));
        assertTrue(ALGEBRA.equivalent(b, a));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "(1,2) | (2,1)", "(0,9) | [0,9)", "(1,2) | 1,2", "x^2 | y^2", "x < 1 | x > 1", "x < 1 | x \\leq 1",
        "3.14 | \\pi", "3.14159 | \\pi", "5 | 5.001", "0.33 | 1/3", "x+y=5 | 5", "7 = 11a+c | 11a+c", "204_5 | 204",
        "1,2 | 1,2,3", "1,1 | 1,2", "\\pm 2021 | 2021", "god | dog", "A | B", "no | on", "\\sqrt{x^2} | x",
        "12:00 | 1:00", "f(x) | f(y)", "x_1 | x_2", "1234,5678 | 12345678", "-\\infty | \\infty", "true | false",
        "10^{20}+1 | 10^{20}", "1/2 | 50%", "2^{100} | 2^{100}+1", "i | 1", "\\frac{1}{2}x | \\frac{1}{2x}"})
    void notTheSame(String a, String b) {
        assertFalse(ALGEBRA.equivalent(a, b));
        assertFalse(ALGEBRA.equivalent(b, a));
    }

    @Test
    void aPercentSignMayBeAHundredth() {
        AlgebraicComparison hundredth = new AlgebraicComparison(Percent.HUNDREDTH, Duration.ofSeconds(5));
        assertTrue(hundredth.equivalent("50\\%", "1/2"));
        assertFalse(hundredth.equivalent("50\\%", "50"));
        assertTrue(ALGEBRA.equivalent("50\\%", "50"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9^{9^{9^{9}}}", "((((((((x+1)^99+1)^99+y)^99+z)^99))))", "100000!", "\\frac{1}{0}",
        "(x+y+z+w+1)^{60}-(x+y+z+w+1)^{59}(x+y+z+w+1)", "\\sqrt{\\sqrt{\\sqrt{", "}{}{", "\\begin{pmatrix} 1 & ",
        "5 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^^^___", "\u0000\ud800", "((()))"})
    void nothingTakesLongerThanItsDeadline(String hostile) {
        AlgebraicComparison impatient = new AlgebraicComparison(Percent.UNIT, Duration.ofMillis(300));
        impatient.equivalent("\\sqrt{x^2+2x+1}", "\\sqrt{(x+1)^2}"); // classes are loaded
        long start = System.nanoTime();
        impatient.equivalent(hostile, "\\sqrt{" + hostile + "+1}");
        impatient.equivalent(hostile.repeat(1 + 90 / hostile.length()), "17");
        impatient.equivalent(hostile.repeat(100_000 / hostile.length()), "17");
        assertTrue(System.nanoTime() - start < 2e9, "took " + (System.nanoTime() - start) / 1e9 + " s");
    }

    @Test
    void agreesWithTheLabelsOfOtherProjects() throws IOException {
        agree(rows("math_equivalence.given.jsonl", "core"), FREE, 0.99);
        agree(rows("math_equivalence.given.jsonl", "hard"), FREE, 0.9);
        agree(rows("math500_constructed.given.jsonl", ""), FREE, 1);
        List<JsonNode> free = rows("math_equivalence.given.jsonl", "extraction");
        agree(free.stream().filter(row -> !letters(row)).toList(), FREE, 0.8);
        agree(free.stream().filter(AlgebraicComparisonTest::letters).toList(), new ChoiceAnswer(Comparison.EXACT), 0.5);
        assertEquals(0, ALGEBRA.undecided());
    }

    /** Bar of the data set: every official solution is accepted against its own answer. */
    @Test
    void officialSolutionsHoldTheirAnswers() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JsonNode row : OutsideCases.lines("math_data/math500.jsonl")) {
            String found = BOXED.extract(row.get("solution").asText()).orElse("");
            if (!BOXED.equivalent(found, row.get("answer").asText())) {
                wrong.add(found + " | " + row.get("answer"));
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static boolean letters(JsonNode row) {
        return row.get("params").get("extract").toString().contains("letters");
    }

    private static List<JsonNode> rows(String file, String tier) throws IOException {
        return OutsideCases.lines("math_equivalence/" + file).stream()
                .filter(row -> tier.isEmpty() || row.get("tier").asText().equals(tier)).toList();
    }

    /** No false positive, and so much of the labels. */
    private static void agree(List<JsonNode> rows, AnswerFormat format, double share) {
        List<String> wrong = new ArrayList<>();
        for (JsonNode row : rows) {
            Optional<String> gold = format.extract(row.get("gold").asText(""));
            Optional<String> prediction = format.extract(row.get("prediction").asText(""));
            boolean same = gold.isPresent() && prediction.isPresent()
                    && format.equivalent(gold.get(), prediction.get());
            if (same != row.get("expected").asBoolean()) {
                wrong.add((same ? "false positive " : "") + row.get("gold") + " | " + row.get("prediction"));
            }
        }
        String text = wrong.size() + " of " + rows.size() + " wrong:\n" + String.join("\n", wrong);
        assertFalse(text.contains("false positive"), text);
        assertTrue(wrong.size() <= (1 - share) * rows.size(), text);
    }
}
