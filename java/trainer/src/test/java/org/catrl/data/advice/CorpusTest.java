package org.catrl.data.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.data.Example;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Split;
import org.catrl.evaluate.GoldRubrics;
import org.catrl.flow.Criterion;
import org.catrl.reward.Rubric;
import org.catrl.reward.RubricScore;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final Adviser ADVISER = new Adviser(7, 0.4, 0.15, 0.1, 0.25, 0.65);
    private static final Corpus CORPUS = new Corpus(ADVISER);
    private static final int MANY = 400;

    private static Stream<Example> many() {
        return IntStream.range(0, MANY).boxed().flatMap(i -> Stream.of(CORPUS.advise(0, i), CORPUS.merge(1, 8, 1, i),
                CORPUS.rubric(2, i), CORPUS.questionRubric(3, i), CORPUS.judge(4, i), CORPUS.compare(5, i)));
    }

    private static double score(LabelledPrompt problem, String text) {
        List<Criterion> rubric = GoldRubrics.criteria(problem);
        OptionalDouble score = RubricScore.of(rubric.stream().map(Criterion::points).toList(), rubric.stream()
                .map(criterion -> Criteria.met(problem.prompt().text(), text, criterion.text()).orElseThrow())
                .toList());
        return score.orElseThrow();
    }

    private static String between(String text, String prefix, String suffix) {
        int from = text.indexOf(prefix) + prefix.length();
        return text.substring(from, text.indexOf(suffix, from));
    }

    @Test
    void everyWordIsOneKnownTokenAndComesBack() throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(Path.of(
                "../../models/advice/tokenizer.json"))) {
            long unknown = tokenizer.encode("<unk>", false, false).getIds()[0];
            many().forEach(example -> {
                String text = example.prompt() + " " + example.completion();
                long[] ids = tokenizer.encode(text, false, false).getIds();
                assertEquals(text.split(" ").length, ids.length, text);
                assertTrue(Arrays.stream(ids).noneMatch(id -> id == unknown), text);
                assertEquals(text, tokenizer.decode(ids, true));
                assertTrue(ids.length < 512, "longer than the context: " + text);
            });
        }
    }

    @Test
    void situationsAreReadBackAndSplitsNeverMeet() {
        Set<String> heldOut = new HashSet<>();
        for (int index = 0; index < MANY; index++) {
            Situation situation = Situation.of(Split.HELD_OUT, 1, index);
            assertEquals(situation, Situation.parse(situation.prompt()));
            heldOut.add(key(situation.prompt()));
        }
        for (Split other : List.of(Split.PROBE, Split.TRAIN, Split.CORPUS)) {
            for (Prompt prompt : new AdvicePrompts(other, 1).batch(0, 2000)) {
                assertTrue(!heldOut.contains(key(prompt.text())), other + " holds " + prompt.text());
            }
        }
    }

    private static String key(String prompt) {
        return Situation.parse(prompt).topics().stream().map(Topic::id).sorted().toList().toString();
    }

    @Test
    void theRightAdviceScoresOneAndWhatIsMissingWrongOrUnaskedCosts() {
        String asked = "ask the soil is dry . snails eat it . it is new . advice";
        LabelledPrompt problem = new LabelledPrompt(new Prompt(0, asked), Criteria.gold(Situation.parse(asked)));
        String right = Situation.parse(problem.prompt().text()).solution();
        assertEquals("for dry soil water it daily . for snails put sand around it . "
                + "for a new plant keep it apart first .", right);
        assertEquals(1, score(problem, right));
        assertEquals(1, score(problem, right.replace("water it daily", "give it water every day")));
        assertEquals(2 / 3.0, score(problem, right.replace("for snails put sand around it . ", "")), 1e-12);
        assertEquals(1 / 3.0, score(problem, right.replace("put sand around it", "put salt on the soil")), 1e-12);
        assertEquals(2 / 3.0, score(problem, right + " for weeds pull the weeds ."), 1e-12);
        assertEquals(2 / 3.0, score(problem, right + " yes yes"), 1e-12);
        assertEquals(2 / 3.0, score(problem, right + " for dry soil give it water every day ."), 1e-12);
        assertEquals(0, score(problem, ""), 1e-12);
    }

    @Test
    void judgesAreTaughtTheTruthAndAsOftenYesAsNo() {
        int yes = 0;
        Set<String> kinds = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            Example example = CORPUS.judge(i);
            String criterion = between(example.prompt(), Corpus.CRITERION, Corpus.VERDICT);
            String text = between(example.prompt(), Corpus.JUDGE, Corpus.CRITERION);
            boolean met = Criteria.met("", text, criterion).orElseThrow();
            assertEquals(met ? "yes" : "no", example.completion(), example.prompt());
            yes += met ? 1 : 0;
            kinds.add(criterion.contains("never") + " " + met);
        }
        assertEquals(MANY / 2, yes, MANY / 10);
        assertEquals(4, kinds.size());
    }

    @Test
    void textsThatAreComparedSayTheSameOrNot() {
        int same = 0;
        for (int i = 0; i < MANY; i++) {
            Example example = CORPUS.compare(i);
            List<Optional<Point>> text = Point.parse(between(example.prompt(), Corpus.JUDGE, Corpus.CRITERION));
            List<Optional<Point>> other = Point.parse(between(example.prompt(), "says the same as ", Corpus.VERDICT));
            boolean equal = text.size() == other.size() && IntStream.range(0, text.size())
                    .allMatch(place -> text.get(place).orElseThrow().means(other.get(place).orElseThrow()));
            assertEquals(equal ? "yes" : "no", example.completion(), example.prompt());
            same += equal ? 1 : 0;
        }
        assertEquals(MANY / 2, same, MANY / 10);
    }

    @Test
    void aTextMeetsTheRubricWrittenFromIt() {
        for (int i = 0; i < MANY; i++) {
            Example example = CORPUS.rubric(i);
            String text = between(example.prompt(), Corpus.RUBRIC, Corpus.CRITERIA);
            Rubric rubric = Rubric.parse(example.completion()).distinct();
            int most = Math.min(Criteria.RUBRIC, 2 * Point.parse(text).size());
            assertEquals(most, rubric.criteria().size(), example.completion());
            rubric.criteria().forEach(criterion -> assertEquals(Optional.of(true),
                    Criteria.met("", text, criterion.text()), criterion.text()));
        }
    }

    @Test
    void mergingUnitesWhatTwoMentionAndSaysItRight() {
        for (int i = 0; i < MANY; i++) {
            Example example = CORPUS.merge(3, 8, i);
            List<String> texts = List.of(between(example.prompt(), Corpus.MERGE, Corpus.MERGED).split(" \\| "));
            List<Integer> expected = new ArrayList<>();
            for (Optional<Point> point : texts.stream().flatMap(text -> Point.parse(text).stream()).toList()) {
                Topic topic = point.orElseThrow().topic();
                long mentions = texts.stream().filter(text -> text.contains("for " + topic.concern() + " ")).count();
                if (mentions > 1 && !expected.contains(topic.id())) {
                    expected.add(topic.id());
                }
            }
            List<Point> found = Point.parse(example.completion()).stream().map(Optional::orElseThrow).toList();
            assertTrue(found.stream().allMatch(Point::right));
            if (!expected.isEmpty()) {
                expected.sort(null);
                assertEquals(expected, found.stream().map(point -> point.topic().id()).toList(), example.prompt());
            }
        }
    }

    @Test
    void adviceIsAsFallibleAsItIsSaidToBe() {
        assertEquals(6, Topics.ALL.stream().filter(ADVISER::misunderstands).count());
        double total = 0;
        for (int i = 0; i < 2000; i++) {
            Example example = CORPUS.advise(i);
            Situation situation = Situation.parse(example.prompt());
            LabelledPrompt problem = new LabelledPrompt(new Prompt(i, example.prompt()), Criteria.gold(situation));
            total += score(problem, example.completion());
        }
        // 0.6 of the points are told; (0.75 x 0.9 + 0.25 x 0.35) of them right, the others count against;
        // 0.15 extra of 3.5
        assertEquals(0.6 * (2 * 0.7625 - 1) - 0.15 / 3.5, total / 2000, 0.05);
        assertEquals(CORPUS.advise(3), new Corpus(ADVISER).advise(3));
    }
}
