package org.catrl.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.catrl.aggregate.MutualPredictability.Transcript;
import org.catrl.data.Prompt;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.generate.Group;
import org.catrl.generate.LanguageModel;
import org.catrl.generate.Rollout;
import org.catrl.generate.SamplingSettings;
import org.catrl.generate.Scorer;
import org.junit.jupiter.api.Test;

/** The estimators besides synthesis and the vote. */
class AggregatorsTest {
    private static final SamplingSettings GREEDY = SamplingSettings.of(0, 10, List.of());
    private static final SynthesisSettings SETTINGS = new SynthesisSettings(GREEDY, false, ContextPolicy.ABSTAIN,
            UnparsedPolicy.ABSTAIN, 1, 1);

    private static PseudoReference only(Aggregator aggregator, Group group) {
        return aggregator.estimate(List.of(group), 3).get(0);
    }

    private static Rollout likely(String text, double... logProbs) {
        float[] each = new float[logProbs.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = (float) logProbs[i];
        }
        return new Rollout(text, new Completion(new int[each.length], each, Finish.STOP_TOKEN));
    }

    @Test
    void aSingleSampleIsTheFirstWithAnAnswer() {
        Aggregator single = new SingleSample(Rollouts.AFTER_HASH);
        PseudoReference reference = only(single, Rollouts.group(0, "x", "a#2", "b#3", "c#3"));
        assertEquals("a#2", reference.text());
        assertEquals(List.of(0.0, 1.0, 0.0, 0.0), reference.weights());
        assertTrue(only(single, Rollouts.group(0, "x", "y")).abstained().isPresent());
    }

    @Test
    void theLikeliestPerTokenAmongThoseWithAnAnswer() {
        Group group = new Group(new Prompt(0, "Q"), List.of(likely("a#1", -1, -1), likely("no answer", -0.1),
                likely("b#2", -2, -0.5, -0.4, -0.5), likely("c#3", -0.9)));
        Aggregator aggregator = new MinimumPerplexity(Rollouts.AFTER_HASH);
        assertEquals(Optional.of("2"), only(aggregator, group).answer());
        assertTrue(only(aggregator, Rollouts.group(0, "a#1")).abstained().isPresent(), "no log-probabilities");
    }

    @Test
    void theOneThatTheOthersPredictBest() {
        List<Scorer.Continuation> scored = new ArrayList<>();
        LanguageModel reader = new ScoringModel(scored, one -> new float[] {one.prompt().contains("b#2") ? -3 : -1});
        Aggregator aggregator = new MutualPredictability(reader, new Transcript("R", "|"), Rollouts.AFTER_HASH, 1);
        PseudoReference reference = only(aggregator, Rollouts.group(0, "a#1", "b#2", "c#1"));
        assertEquals(Optional.of("2"), reference.answer(), "only its own evidence does not hold it");
        assertEquals(3, scored.size());
        assertTrue(scored.get(1).prompt().equals("Ra#1|c#1|") || scored.get(1).prompt().equals("Rc#1|a#1|"));
        assertThrows(IllegalArgumentException.class, () -> new MutualPredictability(new FakeAnchor(9, text -> ""),
                Transcript.GENERAL, Rollouts.AFTER_HASH, 1));
    }

    @Test
    void theOneAtWhichTheModelIsSurest() {
        LanguageModel reader = new ScoringModel(new ArrayList<>(), one -> new float[0]);
        Group group = Rollouts.group(0, "a#1", "longer#2", "the longest without");
        assertEquals(Optional.of("2"), only(new SelfCertainty(reader, Rollouts.AFTER_HASH), group).answer());
    }

    @Test
    void theModelNamesTheBest() {
        FakeAnchor anchor = new FakeAnchor(10_000, text -> "The best is 2.");
        Aggregator aggregator = new SelfSelection(anchor, Rollouts.AFTER_HASH, GREEDY);
        assertEquals(Optional.of("5"), only(aggregator, Rollouts.group(0, "a#4", "b#5")).answer());
        assertTrue(anchor.asked.get(0).text().contains("Q0=") && anchor.asked.get(0).text().contains("## RESPONSE 2\nb#5"));
        for (String nonsense : List.of("", "none", "3", "0", "-", "99999999999999", "1.5")) {
            Aggregator confused = new SelfSelection(new FakeAnchor(10_000, text -> nonsense), Rollouts.AFTER_HASH, GREEDY);
            assertTrue(only(confused, Rollouts.group(0, "a#4", "b#5")).abstained().isPresent(), nonsense);
        }
        assertTrue(only(new SelfSelection(new FakeAnchor(20, text -> "1"), Rollouts.AFTER_HASH, GREEDY),
                Rollouts.group(0, "a#4", "b#5")).abstained().isPresent(), "nothing fits");
    }

    @Test
    void theSecondIsAskedWhereTheFirstAbstains() {
        Aggregator never = (groups, step) -> groups.stream().map(group -> group.prompt().id() == 1
                ? PseudoReference.abstain("first", 2, "no") : new MajorityVote(Rollouts.AFTER_HASH).estimate(group)).toList();
        List<PseudoReference> references = new Fallback(never, new SingleSample(Rollouts.AFTER_HASH)).estimate(
                List.of(Rollouts.group(0, "a#1", "b#1"), Rollouts.group(1, "a#2", "b#3"), Rollouts.group(2, "a#4", "b#4")), 0);
        assertEquals(List.of("majority", "single_sample", "majority"),
                references.stream().map(PseudoReference::source).toList());
        assertEquals(Optional.of("2"), references.get(1).answer());
    }

    @Test
    void everyRoundMakesAPopulationOutOfSubsets() {
        FakeAnchor anchor = new FakeAnchor(10_000, text -> "s#" + (text.length() - text.replace("#", "").length()));
        Aggregator aggregator = new RecursiveSynthesis(anchor, new TemplateSynthesisPrompt("R", "R", "S", ""),
                Rollouts.AFTER_HASH, SETTINGS, 2, 3);
        PseudoReference reference = only(aggregator, Rollouts.group(0, "a#1", "b#2", "c#3", "d#4"));
        assertEquals(4 + 4 + 1, anchor.asked.size());
        assertEquals("recursive_synthesis", reference.source());
        assertEquals(Optional.of("4"), reference.answer(), "the last one reads all four of the last round");
        assertTrue(anchor.asked.subList(0, 4).stream().allMatch(prompt -> prompt.text().split("#").length == 4));
        assertEquals(9, anchor.asked.stream().map(Prompt::id).distinct().count(), "draws of their own");
    }

    /** Scores by a function; a token is a character. */
    private record ScoringModel(List<Scorer.Continuation> scored,
                                Function<Scorer.Continuation, float[]> score) implements LanguageModel {
        @Override
        public List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Scorer> scorer() {
            return Optional.of(new Scorer() {
                @Override
                public List<float[]> logProbs(List<Continuation> continuations) {
                    scored.addAll(continuations);
                    return continuations.stream().map(score).toList();
                }

                @Override
                public List<float[]> selfCertainty(Prompt prompt, List<Completion> completions) {
                    return completions.stream().map(one -> new float[] {one.ids().length}).toList();
                }

                @Override
                public int[] tokens(String text) {
                    return text.chars().toArray();
                }
            });
        }

        @Override
        public int tokens(String text) {
            return text.length();
        }

        @Override
        public int maxPositions() {
            return 10_000;
        }
    }
}
