package org.catrl.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catrl.data.DataException;
import org.catrl.data.JsonLines;
import org.catrl.data.LabelledLines;
import org.catrl.fuzz.Subject.Kind;
import org.catrl.reward.Rubric;
import org.catrl.reward.VerdictFormat;
import org.catrl.text.AnswerFormat;
import org.catrl.text.BoxedAnswer;
import org.catrl.text.ChoiceAnswer;
import org.catrl.text.Comparison;
import org.catrl.text.FreeAnswer;
import org.catrl.text.GivenUpException;
import org.catrl.text.NumberAnswer;
import org.catrl.text.PatternAnswer;
import org.catrl.text.TextAnswer;
import org.catrl.text.algebra.AlgebraicComparison;
import org.catrl.text.jinja.JinjaException;
import org.catrl.text.jinja.Template;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated answers, replies, rubrics, templates and data, read by all who read such: none may throw what it does not
 * document, or work longer than 10 s. A long run: {@code -Dcatrl.fuzz.count=20000}; another one: {@code
 * -Dcatrl.fuzz.seed=2}. The report counts the readings by kind, and lists every fault with the smallest text found.
 */
@Tag("hostile")
class TextFuzzTest {
    private static final int SHOWN = 300;
    private static final int MOST_FAULTS_OF_A_SUBJECT = 3;
    private static final Duration ALGEBRA = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    /** Comparisons by algebra run in a thread of their own with a deadline; one serves all readings. */
    private final Comparison algebra = new AlgebraicComparison(AlgebraicComparison.Percent.HUNDREDTH, ALGEBRA);

    private List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        for (Comparison comparison : List.of(Comparison.NORMALISED, algebra)) {
            String by = comparison == algebra ? " by algebra" : "";
            subjects.add(answer("boxed" + by, new BoxedAnswer(true, comparison)));
            subjects.add(answer("number" + by, new NumberAnswer(comparison)));
            subjects.add(answer("free" + by, new FreeAnswer(comparison)));
            subjects.add(answer("choice" + by, new ChoiceAnswer(comparison)));
        }
        subjects.add(answer("text", new TextAnswer()));
        subjects.add(answer("pattern", new PatternAnswer("(?s)answer is\\s*(.*?)[.\\n]", Comparison.NORMALISED),
                GivenUpException.class));
        for (VerdictFormat format : VerdictFormat.values()) {
            subjects.add(new Subject(Kind.REPLY, "verdict " + format, Set.of(), (text, other) -> format.read(text)));
        }
        subjects.add(new Subject(Kind.RUBRIC, "rubric", Set.of(), (text, other) -> Rubric.parse(text).distinct()));
        subjects.add(new Subject(Kind.TEMPLATE, "template", Set.of(JinjaException.class), (text, other) ->
                Template.parse(text).render(VARIABLES, Clock.systemUTC())));
        subjects.add(new Subject(Kind.LINES, "prompts", Set.of(DataException.class), (text, other) ->
                JsonLines.prompts(file(text))));
        subjects.add(new Subject(Kind.LINES, "labelled prompts", Set.of(DataException.class), (text, other) ->
                LabelledLines.read(file(text))));
        subjects.add(new Subject(Kind.LINES, "examples", Set.of(DataException.class), (text, other) ->
                JsonLines.examples(file(text))));
        return subjects;
    }

    private static final Map<String, Object> VARIABLES = Map.of("add_generation_prompt", true, "bos_token", "<s>",
            "eos_token", "</s>", "messages", List.of(Map.of("role", "system", "content", "Be brief."),
            Map.of("role", "user", "content", "Hi"), Map.of("role", "assistant", "content", "<think>x</think>Yo")));

    @SafeVarargs
    private static Subject answer(String name, AnswerFormat format, Class<? extends Exception>... documented) {
        return new Subject(Kind.ANSWER, "answer " + name, Set.of(documented), (text, other) -> {
            Optional<String> answer = format.extract(text);
            format.canonical(text);
            format.equivalent(text, other);
            if (answer.isPresent()) {
                format.canonical(answer.get());
                format.equivalent(answer.get(), format.extract(other).orElse(other));
            }
        });
    }

    /** The text as a file; texts of an even length as UTF-8, the others as Latin 1, which UTF-8 seldom is. */
    private Path file(String text) throws IOException {
        return Files.write(folder.resolve("lines.jsonl"), text.getBytes(text.length() % 2 == 0
                ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    }

    @Test
    void mutatedTextsAreReadOrRefused() throws IOException, InterruptedException {
        int count = Integer.getInteger("catrl.fuzz.count", 200);
        long seed = Long.getLong("catrl.fuzz.seed", 1);
        Report report = new Report();
        Random random = new Random(seed);
        Mutator mutator = new Mutator(random);
        Seeds seeds = Seeds.all();
        List<Subject> subjects = subjects();
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.values()[i % Kind.values().length];
            List<String> texts = seeds.of(kind);
            String other = texts.get(random.nextInt(texts.size()));
            String text = mutator.mutated(texts.get(random.nextInt(texts.size())), other);
            for (Subject subject : subjects) {
                if (subject.kind() == kind) {
                    report.read(subject, text, other);
                }
            }
        }
        System.out.println(report);
        assertEquals(List.of(), report.faults, () -> "seed " + seed + ", " + count + " texts\n" + report);
    }

    /** What was read, what was found, and what took longest. */
    private static final class Report {
        private final Map<Kind, Integer> readings = new EnumMap<>(Kind.class);
        private final Map<String, Integer> faulty = new TreeMap<>();
        private final List<String> faults = new ArrayList<>();
        private double slowest;
        private String slowestText = "";

        void read(Subject subject, String text, String other) throws InterruptedException {
            // A thread left behind goes on working: one subject that hangs is not asked again.
            if (faulty.getOrDefault(subject.name(), 0) >= MOST_FAULTS_OF_A_SUBJECT) {
                return;
            }
            readings.merge(subject.kind(), 1, Integer::sum);
            Trial trial = Trial.of(subject, text, other, Trial.LONGEST_SECONDS);
            if (trial.seconds() > slowest) {
                slowest = trial.seconds();
                slowestText = subject.name() + " on " + shown(text);
            }
            if (trial.wrong()) {
                faulty.merge(subject.name(), trial.hung() ? MOST_FAULTS_OF_A_SUBJECT : 1, Integer::sum);
                faults.add(subject.name() + ": " + trial.kind() + " on "
                        + shown(Shrinker.shortest(subject, text, other, trial)) + " beside " + shown(other));
                System.out.println(faults.get(faults.size() - 1));
            }
        }

        @Override
        public String toString() {
            return String.format("%s readings, %d faults, slowest %.2f s: %s%n%s%n", readings, faults.size(), slowest,
                    slowestText, String.join("\n", faults));
        }
    }

    /** A text in one line: characters beyond ASCII escaped, runs of one character counted, long ones cut. */
    static String shown(String text) {
        StringBuilder line = new StringBuilder();
        Matcher run = Pattern.compile("(.)\\1{7,}+|.", Pattern.DOTALL).matcher(text);
        while (run.find() && line.length() < SHOWN) {
            char c = run.group().charAt(0);
            line.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\u%04x", (int) c))
                    .append(run.group(1) == null ? "" : "{x" + run.group().length() + "}");
        }
        return "\"" + line + "\" (" + text.length() + " characters)";
    }

    @Test
    void whatIsWrongIsFoundAndShrunk() throws InterruptedException {
        Subject wrong = new Subject(Kind.ANSWER, "wrong", Set.of(JinjaException.class), (text, other) -> {
            if (text.contains("x7")) {
                throw new IllegalStateException("found");
            }
        });
        String text = "a".repeat(1000) + "x7" + "b".repeat(500);
        Trial found = Trial.of(wrong, text, "", 1);
        assertTrue(found.wrong());
        assertEquals("IllegalStateException", found.kind());
        assertEquals("x7", Shrinker.shortest(wrong, text, "", found));
        assertTrue(!Trial.of(wrong, "fine", "", 1).wrong());
    }

    @Test
    void whatNeverEndsIsLeftBehind() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Subject endless = new Subject(Kind.ANSWER, "endless", Set.of(), (text, other) -> {
            while (!stop.get()) {
                Thread.onSpinWait();
            }
        });
        Trial trial = Trial.of(endless, "", "", 0.1);
        stop.set(true);
        assertTrue(trial.hung() && trial.kind().equals("no end in time"));
    }

    @Test
    void oneSeedMakesTheSameTexts() {
        Seeds seeds = Seeds.own();
        for (Kind kind : Kind.values()) {
            String text = seeds.of(kind).get(0);
            String once = new Mutator(new Random(5)).mutated(text, text);
            assertNotNull(once);
            assertEquals(once, new Mutator(new Random(5)).mutated(text, text));
        }
    }
}
