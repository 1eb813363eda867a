package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.text.algebra.AlgebraicComparison;
import org.catrl.text.algebra.AlgebraicComparison.Percent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that were made to hang, kill or fool whoever reads an answer from them. */
@Tag("hostile")
class HostileAnswerTest {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final String THOUSANDS = "1" + ",000".repeat(67);
    private static final String LONG_NUMBER = "7".repeat(1999);

    /** The formats as recipes name them. */
    private enum Format {
        BOXED, FREE, NUMBER, CHOICE, TEXT, PATTERN, CUBIC;

        AnswerFormat unguarded(Comparison comparison) {
            return switch (this) {
                case BOXED -> new BoxedAnswer(true, comparison);
                case FREE -> new FreeAnswer(comparison);
                case NUMBER -> new NumberAnswer(comparison);
                case CHOICE -> new ChoiceAnswer(comparison);
                case TEXT -> new TextAnswer();
                case PATTERN -> new PatternAnswer("#\\s*([^#\\s]+)", comparison);
                case CUBIC -> new PatternAnswer("(?s).*=.*=.*=(\\d+)\\.", comparison);
            };
        }

        AnswerFormat guarded(boolean strict) {
            Comparison comparison = strict ? Comparison.EXACT
                    : new AlgebraicComparison(Percent.UNIT, Duration.ofSeconds(1));
            return this == TEXT ? GuardedAnswer.ofTexts(new TextAnswer(), LONGEST)
                    : new GuardedAnswer(this::unguarded, () -> comparison, LONGEST);
        }
    }

    private static Arguments row(Format format, String text, String expected) {
        return arguments(format, text, Optional.ofNullable(expected));
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                row(Format.BOXED, "\\boxed{1" + " ".repeat(4000) + "2}", null),
                row(Format.BOXED, "\\boxed{1" + "\n".repeat(4000) + "2}", null),
                row(Format.BOXED, "\\boxed{x^" + " ".repeat(4000) + "2}", null),
                row(Format.BOXED, "\\boxed{" + "1".repeat(2000) + "}", "1".repeat(2000)),
                row(Format.BOXED, "\\boxed{" + "1".repeat(2001) + "}", null),
                row(Format.BOXED, "\\boxed{7} then \\boxed{" + "word ".repeat(2600) + "}", null),
                row(Format.BOXED, "\\boxed{1}" + " ".repeat(1700) + "\\boxed{2}", "1, 2"),
                row(Format.BOXED, "\\boxed{1}" + ",".repeat(1700) + "\\boxed{2}", "1, 2"),
                row(Format.BOXED, "\\boxed{1}" + " ".repeat(100_000) + "and" + " ,".repeat(50_000) + "\\boxed{2}",
                        "1, 2"),
                row(Format.BOXED, "\\boxed{1}" + "\\, \\quad".repeat(50_000) + "then \\boxed{2}", "2"),
                row(Format.BOXED, "\\boxed{1}, ".repeat(100_000), null),
                row(Format.BOXED, "\\boxed{".repeat(100_000), null),
                row(Format.BOXED, "\\boxed{".repeat(50_000) + "3" + "}".repeat(50_000), "3"),
                row(Format.BOXED, "\\boxed{" + "{".repeat(100_000) + "\\boxed{4}", "4"),
                row(Format.BOXED, "\\boxed{" + THOUSANDS + "}", THOUSANDS),
                row(Format.FREE, "The answer is " + THOUSANDS + ".", THOUSANDS),
                row(Format.NUMBER, "It is " + THOUSANDS + ".", THOUSANDS),
                row(Format.PATTERN, "# " + THOUSANDS, THOUSANDS),
                row(Format.NUMBER, "1,000".repeat(1) + ",000".repeat(200_000), null),
                row(Format.NUMBER, "9".repeat(1_000_000), null),
                row(Format.NUMBER, "1/".repeat(200_000) + "2", "2"),
                row(Format.FREE, "no ".repeat(2500), null),
                row(Format.FREE, "no ".repeat(300), "no ".repeat(300).strip()),
                row(Format.FREE, "\\(".repeat(10_000), null),
                row(Format.FREE, "\\[ $ $$ \\( the answer is 3", "3"),
                row(Format.FREE, "\u00e9".repeat(100_000), null),
                row(Format.FREE, "answer is ".repeat(50_000) + "5", "5"),
                row(Format.FREE, "answer" + " ".repeat(100_000) + "is" + "\n".repeat(100_000) + "5", "5"),
                row(Format.CHOICE, "answer is" + " ".repeat(20_000), null),
                row(Format.CHOICE, "answer is" + " ".repeat(20_000) + "(B)", "B"),
                row(Format.CHOICE, "answer is" + " *$".repeat(20_000) + "for" + " ".repeat(20_000) + "sure C", "C"),
                row(Format.CHOICE, "\\boxed{" + "( ".repeat(20_000) + "\\text" + " ".repeat(20_000) + "{ (b) }}", "B"),
                row(Format.CHOICE, "\\boxed{" + "\\".repeat(20_000) + "a}", "A"),
                row(Format.CUBIC, "=".repeat(1000), null),
                row(Format.CUBIC, "a=b=c=42.", "42"),
                row(Format.PATTERN, "#".repeat(100_000) + " 8", "8"),
                row(Format.TEXT, "w ".repeat(100_000), "w ".repeat(100_000).strip()));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void anAnswerIsReadOrNotAndInTime(Format format, String text, Optional<String> expected) {
        for (boolean strict : new boolean[] {true, false}) {
            AnswerFormat guarded = format.guarded(strict);
            Optional<String> answer = assertTimeoutPreemptively(LONGEST, () -> guarded.extract(text));
            assertEquals(expected, answer);
            assertTrue(answer.isEmpty() || guarded.equivalent(answer.get(), answer.get()));
        }
    }

    /** White space and brackets within a box of allowed length: what is compared ends too. */
    @Test
    void answersOfAllowedLengthAreComparedInTime() {
        for (String run : List.of(" ", "\n", "{", "(", "\\left(", "\\frac", "\\sqrt", "^", "-", ",000", "\\text{a}")) {
            String answer = "1" + run.repeat(990 / run.length()) + "2";
            AnswerFormat guarded = new GuardedAnswer(Format.BOXED::unguarded, () -> Comparison.NORMALISED,
                    Duration.ofSeconds(2));
            assertFalse(assertTimeoutPreemptively(LONGEST, () -> guarded.equivalent(answer, "13")), answer);
        }
    }

    /** Long texts of every kind that was found slow, and their neighbours: a tenth of a second each, or less. */
    @ParameterizedTest
    @EnumSource(value = Format.class, mode = EnumSource.Mode.EXCLUDE, names = "CUBIC")
    void readingIsLinear(Format format) {
        AnswerFormat unguarded = format.unguarded(Comparison.EXACT);
        for (String piece : List.of(" ", ",", "no ", "\\(", "\\[", "$", "$$", "$ ", "\u00e9", "\u00e9 ", "\\boxed{",
                "\\boxed{}", "\\boxed{1}", "\\boxed{1} ", "boxed ", "{", "}", "\\", "\\a{", "answer is ", "answer ",
                "answer:", "####", "#### 1\n", "x=", "x=/", "1", "1,", "1,000", "1/", "-", ".", "</think>", "(A) ",
                "=", "\n", "and ", "1. ", "\ud800", "\u4e2d")) {
            String text = piece.repeat(200_000 / piece.length());
            assertTimeoutPreemptively(LONGEST, () -> unguarded.extract(text), () -> format + " on \"" + piece + "\"");
        }
    }

    /** A user's pattern that tries every way: it is given up on in proportion to the text, whatever it holds. */
    @Test
    void aPatternWithoutEndIsGivenUpOnInTime() {
        for (String text : List.of("=".repeat(1000), "=".repeat(100_000), "x=1".repeat(20_000))) {
            assertThrows(GivenUpException.class, () -> assertTimeoutPreemptively(LONGEST,
                    () -> Format.CUBIC.unguarded(Comparison.EXACT).extract(text)));
        }
        AnswerFormat nested = new PatternAnswer("(?:x+x+)+(y)", Comparison.EXACT);
        assertThrows(GivenUpException.class, () -> assertTimeoutPreemptively(LONGEST,
                () -> nested.extract("x".repeat(60))));
    }

    /** Pieces of hostile texts in any order: nothing is thrown, and what is read is short. */
    @Test
    void noMixtureThrows() {
        List<String> pieces = List.of("\\boxed{", "}", "{", "\\frac", "12", ",000", " ", "\n", "$", "\\(", "\\)", "x=",
                "answer is", "#### ", "(B)", "\\text{", "\ud83d", "\ude00", "\u00e9", "\\", "^", ".", "/", "and", "</think>",
                "\\begin{pmatrix}", "&", "no way", "=7.");
        Random random = new Random(1);
        Map<Format, AnswerFormat> guarded = Stream.of(Format.values()).collect(Collectors.toMap(format -> format,
                format -> format.guarded(true)));
        for (int i = 0; i < 3000; i++) {
            String text = IntStream.range(0, random.nextInt(60)).mapToObj(k -> pieces.get(random.nextInt(pieces.size())))
                    .collect(Collectors.joining());
            guarded.forEach((format, answers) -> assertTrue(answers.extract(text).map(String::length).orElse(0)
                    <= Math.max(GuardedAnswer.LONGEST, text.length())));
        }
        guarded.forEach((format, answers) -> assertEquals(0, answers.takeGivenUp().get("failed"), format.name()));
    }

    @Test
    void whateverAFormatThrowsIsNoAnswerAndCounted() {
        List<Supplier<Throwable>> failures = List.of(StackOverflowError::new, IllegalStateException::new,
                NoClassDefFoundError::new, () -> new OutOfMemoryError("Requested array size exceeds VM limit"),
                () -> new AssertionError("no"));
        for (Supplier<Throwable> failure : failures) {
            GuardedAnswer guarded = failing(failure);
            assertEquals(Optional.empty(), guarded.extract("a"));
            assertEquals(Optional.empty(), guarded.extract("a"), "and not tried again");
            assertTrue(guarded.whyUnread("a").isPresent());
            assertFalse(guarded.equivalent("a", "b"));
            assertTrue(guarded.equivalent("a", "a"));
            assertEquals("b", guarded.canonical("b"));
            assertFalse(guarded.equivalent("b", "c"), "not tried again either");
            Map<String, Integer> counts = guarded.takeGivenUp();
            assertEquals(4, counts.get("failed") + counts.get("over_budget"), counts::toString);
            assertEquals(0, guarded.takeGivenUp().values().stream().mapToInt(Integer::intValue).sum(), "taken once");
        }
    }

    @Test
    void theMachineRunningOutOfMemoryIsToldAsItIs() {
        GuardedAnswer guarded = failing(() -> new OutOfMemoryError("Java heap space"));
        assertThrows(OutOfMemoryError.class, () -> guarded.extract("a"));
    }

    @Test
    void whatDoesNotEndIsLeftBehind() {
        GuardedAnswer guarded = new GuardedAnswer(exact -> format(() -> {
            while (true) {
                Thread.onSpinWait();
                if (Thread.interrupted()) {
                    return Optional.empty(); // so that the test leaves no thread at work
                }
            }
        }), () -> Comparison.EXACT, Duration.ofMillis(50));
        assertEquals(Optional.empty(), assertTimeoutPreemptively(LONGEST, () -> guarded.extract("a")));
        assertEquals("it took longer than 50 ms", guarded.whyUnread("a").orElseThrow());
        assertEquals(1, guarded.takeGivenUp().get("over_budget"));
    }

    /** A comparison that locks, as that by algebra does, and never ends when it meets a certain answer. */
    private static final class Stuck implements Comparison {
        private static final String NEVER_ENDS = "never ends";
        private final CountDownLatch end;

        Stuck(CountDownLatch end) {
            this.end = end;
        }

        @Override
        public synchronized String canonical(String answer) {
            return answer;
        }

        @Override
        public synchronized boolean equivalent(String a, String b) {
            while ((a + b).contains(NEVER_ENDS) && end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    continue; // it hears of nothing
                }
            }
            return a.equalsIgnoreCase(b);
        }

        @Override
        public synchronized int undecided() {
            return 0;
        }
    }

    /** What is left behind keeps its locks: nothing waits for them, and the next answers are compared as ever. */
    @Test
    void whatIsLeftBehindKeepsNobodyWaiting() {
        CountDownLatch end = new CountDownLatch(1);
        GuardedAnswer guarded = new GuardedAnswer(Format.BOXED::unguarded, () -> new Stuck(end),
                Duration.ofMillis(500));
        try {
            assertTimeoutPreemptively(LONGEST, () -> {
                assertFalse(guarded.equivalent("x", Stuck.NEVER_ENDS));
                assertTrue(guarded.equivalent("x", "X"));
                for (int other = 0; other < 100; other++) { // one deadline, not a hundred
                    assertFalse(guarded.equivalent("y" + other, Stuck.NEVER_ENDS));
                }
                assertTrue(guarded.equivalent(Stuck.NEVER_ENDS, Stuck.NEVER_ENDS), "the same letters");
                assertEquals(1, guarded.takeGivenUp().get("over_budget"));
            });
        } finally {
            end.countDown();
        }
    }

    @Test
    void theReasonOfNoAnswerIsTold() {
        AnswerFormat boxed = Format.BOXED.guarded(true);
        String text = "\\boxed{" + "1".repeat(3000) + "}";
        assertEquals(Optional.empty(), boxed.extract(text));
        assertEquals(Optional.of("it has 3000 characters; an answer has at most 2000"), boxed.whyUnread(text));
        assertEquals(Map.of("too_long", 1, "over_budget", 0, "failed", 0, "undecided", 0), boxed.takeGivenUp());
        AnswerFormat cubic = Format.CUBIC.guarded(true);
        assertEquals(Optional.empty(), cubic.extract("=".repeat(1000)));
        assertEquals(1, cubic.takeGivenUp().get("over_budget"));
        AnswerFormat deep = new GuardedAnswer(exact -> new PatternAnswer("((?:a|b)*)c", exact),
                () -> Comparison.EXACT, LONGEST);
        assertEquals(Optional.empty(), deep.extract("ab".repeat(500_000)));
        assertEquals(1, deep.takeGivenUp().get("over_budget"));
    }

    @Test
    void whatTheComparisonLeavesUndecidedIsCountedOnce() {
        int[] undecided = {2};
        GuardedAnswer guarded = new GuardedAnswer(Format.BOXED::unguarded, () -> new Comparison() {
            @Override
            public String canonical(String answer) {
                return answer;
            }

            @Override
            public int undecided() {
                return undecided[0];
            }
        }, LONGEST);
        assertEquals(2, guarded.takeGivenUp().get("undecided"));
        undecided[0] = 5;
        assertEquals(3, guarded.takeGivenUp().get("undecided"));
    }

    @Test
    void aLongNumberIsStillANumber() {
        AnswerFormat number = Format.NUMBER.guarded(false);
        assertTrue(assertTimeoutPreemptively(LONGEST, () -> number.equivalent(LONG_NUMBER, LONG_NUMBER)));
        assertFalse(assertTimeoutPreemptively(LONGEST, () -> number.equivalent(LONG_NUMBER, LONG_NUMBER + "0")));
    }

    private static GuardedAnswer failing(Supplier<Throwable> failure) {
        return new GuardedAnswer(exact -> format(() -> {
            throw HostileAnswerTest.<RuntimeException>unchecked(failure.get());
        }), () -> Comparison.EXACT, LONGEST);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** A format that does the same whatever it is asked. */
    private static AnswerFormat format(Supplier<Optional<String>> work) {
        return new AnswerFormat() {
            @Override
            public Optional<String> extract(String text) {
                return work.get();
            }

            @Override
            public String canonical(String answer) {
                return work.get().orElse("");
            }

            @Override
            public boolean equivalent(String a, String b) {
                return work.get().isPresent();
            }
        };
    }

    static List<Arguments> free() {
        List<Arguments> rows = new ArrayList<>();
        rows.add(arguments("The answer is 42.\n\nNote: 100 was wrong.", "42"));
        rows.add(arguments("The answer is 42. Note that 100 was wrong.", "42"));
        rows.add(arguments("The answer is: 42\nI first had 100.", "42"));
        rows.add(arguments("The answer is 3.5. (Not 100.)", "3.5"));
        rows.add(arguments("The answer is 1,234! I checked it 2 times.", "1,234"));
        rows.add(arguments("The answer is $x = 3. 5$. It is not 7.", "$x = 3. 5$"));
        rows.add(arguments("The answer is\n\n$$\\frac{1}{2}$$\n\nwhich is less than 1.", "$$\\frac{1}{2}$$"));
        rows.add(arguments("The final answer is:\n\\[\n7\n\\]\nNote 3 boxes.", "\\[\n7\n\\]"));
        rows.add(arguments("The answer is 5. No wait, the answer is 6. I am sure of 100 things.", "6"));
        rows.add(arguments("Answer: the number of cats. That makes 12.", "12"));
        rows.add(arguments("We add 5 and 7.\n#### 12", "12"));
        rows.add(arguments("#### 12", "12"));
        rows.add(arguments("He sells 3 eggs, so 1 remains.\n#### -1,234\n", "-1,234"));
        rows.add(arguments("So the answer is 7.\n#### 12\n", "12"));
        rows.add(arguments("#### Step 1: count\nThere are 5 cats and then 9 dogs", "9"));
        rows.add(arguments("#### 3 steps to follow\nThere are 5 cats and then 9 dogs", "9"));
        return rows;
    }

    @ParameterizedTest
    @MethodSource("free")
    void whatAFreeTextSaysItsAnswerIs(String text, String expected) {
        assertEquals(Optional.of(expected), new FreeAnswer(Comparison.EXACT).extract(text));
    }
}
