package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.catrl.text.algebra.AlgebraicComparison;
import org.catrl.text.algebra.AlgebraicComparison.Percent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that were made to cost time, memory or the stack: normalising and comparing them is bounded. */
@Tag("hostile")
class HostileExpressionTest {
    private static final Duration GENEROUS = Duration.ofSeconds(30);
    private static final List<String> PIECES = List.of("1", "x", "\\frac", "{", "}", "(", ")", "^", "_", "\\sqrt", " ",
            "+", "-", "/", "!", "\\sum", "\\int", "dx", "\\begin{cases}", "\\end{cases}", "\\\\", "&", ",", "|", "[",
            "]", "\\{", "\\}", "\\mid", "=", "<", "\\in", "\\text{", "million", "\\sin", "\u00b0", "\u00b2", "e", "i",
            "999", "0.5", "\\cup", "\\setminus", "\\mathbb{R}", "\\lfloor", "\\rfloor", "\\pm", "'", "5e3", "\ud800");

    static Stream<String> longRuns() {
        return Stream.of(1_000, 4_000, 100_000).flatMap(n -> Stream.of("\\boxed{1" + " ".repeat(n) + "2}",
                "1" + "\n".repeat(n) + "2", "x^" + " ".repeat(n), "\\frac" + " ".repeat(n) + "12",
                "1" + ",000".repeat(n), "word ".repeat(n), "\\{" + "1,".repeat(n) + "1\\}", "\u00e9".repeat(n),
                "5" + "\\text{ no}".repeat(n), "5 " + "\\quad ".repeat(n), "$".repeat(n), "\\color{".repeat(n),
                "1" + " 000".repeat(n), "1" + ".000".repeat(n), "1 and ".repeat(n), "\\text{".repeat(n)));
    }

    @ParameterizedTest
    @MethodSource("longRuns")
    void longAnswersCostNoMoreThanTheirLength(String answer) {
        assertTimeoutPreemptively(GENEROUS, () -> {
            AlgebraicComparison algebra = algebra();
            assertTrue(AnswerNormaliser.canonical(answer).length() <= answer.length());
            AnswerNormaliser.cleaned(answer);
            assertFalse(algebra.equivalent(answer, "17"));
            assertTrue(algebra.equivalent(answer, answer));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "{", "[", "\\{", "\\frac{", "\\frac", "\\sqrt{", "\\sqrt", "- ", "+", "|", "((1,",
        "x^", "^{", "_", "\\sin ", "\\text{", "\\begin{pmatrix}", "\\begin{vmatrix}", "\\lfloor ", "1+", "2^", "f(",
        "!", "x_{", "\\int_0^1 ", "\\sum_{i=1}^{9} ", "\\max(", "\\lor ", "\u00b0", "<", "=", "\\pm ", "\\cup "})
    void deepNestingEndsWithoutAnOverflow(String piece) {
        Thread small = new Thread(null, () -> {
            for (int n : new int[] {50, 400, 1900 / piece.length(), 10_000}) {
                String answer = piece.repeat(n);
                assertFalse(algebra().equivalent(answer + "1", "17"));
                assertFalse(algebra().equivalent(answer + "1", answer + "2" + ")".repeat(n)));
            }
        }, "a small stack", 512 * 1024);
        Throwable[] thrown = new Throwable[1];
        small.setUncaughtExceptionHandler((thread, error) -> thrown[0] = error);
        assertTimeoutPreemptively(GENEROUS, () -> {
            small.start();
            small.join();
        });
        assertEquals(null, thrown[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10^{10^{10}}", "9^{9^{9^9}}", "(10^6)!", "1e999999999", "1e-999999999", "100000!",
        "5!!!!!!!", "\\binom{1000000}{500000}", "\\sum_{i=1}^{10^9} i",
        "\\sum_{i=1}^{900}\\sum_{j=1}^{900}\\sum_{k=1}^{900}ijk",
        "\\prod_{k=1}^{1000}k^k", "\\sqrt{\\sqrt{\\sqrt{10^{4000}}}}", "(x+y+z+1)^{60}-(x+y+z+1)^{59}(x+y+z+1)",
        "((((((((x+1)^{99}+1)^{99}+y)^{99}+z)^{99}))))", "e^{e^{e^{e^{e}}}}", "\\sin(10^{300})", "0.1^{4000}",
        "2^{2^{30}}",
        "\\tan(\\tan(\\tan(\\tan(\\tan(\\tan(x))))))", "\\frac{1}{0}", "0^{0}", "\\ln 0", "\\log_1 5", "\\sqrt[0]{5}",
        "\\lfloor 1-10^{-200}\\rfloor", "1-\\cos(10^{-300})", "\\begin{vmatrix}1&2\\\\3\\end{vmatrix}"})
    void hugeNumbersAreBoundedWork(String answer) {
        assertTimeoutPreemptively(GENEROUS, () -> {
            assertFalse(algebra().equivalent(answer, "\\sqrt{" + answer + "+1}+\\pi"));
            assertFalse(algebra().equivalent(answer, "17"));
            algebra().equivalent(answer + "+x", "x+" + answer);
        });
    }

    /** A deadline that is never reached shows that work is counted, not timed. */
    @Test
    void workIsCounted() {
        String costly = "\\sin(e^x)".repeat(60);
        AlgebraicComparison algebra = new AlgebraicComparison(Percent.UNIT, Duration.ofMinutes(10));
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertFalse(algebra.equivalent(costly, "x" + costly)));
        String tiny = "1+\\sqrt2\\cdot 10^{-390}+10^{-389}\\cdot 10^{-200}";
        assertFalse(algebra.equivalent(tiny, "1"));
    }

    /** Where series are long or differences small, work is still bounded, and the verdict right. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\\ln(10^{-390}) | -390\\ln 10 | true", "\\arctan 1 | \\frac{\\pi}{4} | true",
        "\\ln(10^{-390})+10^{-200} | -390\\ln 10 | false", "\\arctan(1+10^{-300}) | \\frac{\\pi}{4} | false",
        "\\arctan(10^{300}) | \\frac{\\pi}{2} | false", "\\arctan(2)+\\arctan(\\frac12) | \\frac{\\pi}{2} | true"})
    void farValuesAreJudged(String a, String b, boolean same) {
        assertTimeoutPreemptively(GENEROUS, () -> {
            AlgebraicComparison patient = new AlgebraicComparison(Percent.UNIT, Duration.ofMinutes(10));
            assertEquals(same, patient.equivalent(a, b));
            assertEquals(0, patient.undecided());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\\lfloor x \\rfloor | x",
        "\\lfloor \\frac{x}{2}\\rfloor+\\lceil x\\rceil | 2x",
        "\\frac{\\sin x}{x} | \\cos x", "\\int_0^1 x^x dx | 1", "\\begin{cases} 1 | 2"})
    void nothingIsPrinted(String a, String b) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream caught = new PrintStream(printed)) {
            System.setOut(caught);
            System.setErr(caught);
            algebra().equivalent(a, b);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertEquals("", printed.toString());
    }

    /** Random pieces of notation: nothing but a verdict comes out, and it is the same both ways round. */
    @Test
    void randomAnswersAreJudged() {
        SplittableRandom random = new SplittableRandom(14);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            AlgebraicComparison algebra = algebra();
            for (int i = 0; i < 3000; i++) {
                String a = pieces(random);
                String b = random.nextInt(4) == 0 ? a + " " : pieces(random);
                assertEquals(algebra.equivalent(a, b), algebra.equivalent(b, a), () -> a + " | " + b);
                String once = AnswerNormaliser.canonical(a);
                assertEquals(once, AnswerNormaliser.canonical(a));
            }
        });
    }

    private static String pieces(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 14); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static AlgebraicComparison algebra() {
        return new AlgebraicComparison(Percent.UNIT, Duration.ofSeconds(2));
    }
}
