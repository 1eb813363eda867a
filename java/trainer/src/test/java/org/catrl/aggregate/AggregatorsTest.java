package org.catrl.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.catrl.aggregate.MutualPredictability.Transcript;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.FenceMark;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Scorer;
import org.junit.jupiter.api.Test;

/** The aggregators besides synthesis and the vote. */
class AggregatorsTest {
    private static final SamplingSettings GREEDY = SamplingSettings.of(0, 10, List.of());
    private static final FenceMark MARKS = new FenceMark("a secret of tests");
    private static final SynthesisSettings SETTINGS = new SynthesisSettings(GREEDY, false, ContextPolicy.ABSTAIN,
            UnparsedPolicy.ABSTAIN, 1, 1);

    private static PseudoReference only(Aggregator aggregator, SampledGroup group) {
        return aggregator.estimate(group, 3).get();
    }

    private static List<PseudoReference> references(List<TaughtGroup> taught) {
        return taught.stream().map(TaughtGroup::reference).toList();
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
        SampledGroup group = Rollouts.group(new Prompt(0, "Q"),
                List.of(likely("a#1", -1, -1), likely("no answer", -0.1),
                likely("b#2", -2, -0.5, -0.4, -0.5), likely("c#3", -0.9)));
        Aggregator aggregator = new MinimumPerplexity(Rollouts.AFTER_HASH);
        assertEquals(Optional.of("2"), only(aggregator, group).answer());
        assertTrue(only(aggregator, Rollouts.group(0, "a#1")).abstained().isPresent(), "no log-probabilities");
    }

    @Test
    void theOneThatTheOthersPredictBest() {
        List<Scorer.Continuation> scored = new ArrayList<>();
        LanguageModel reader = new ScoringModel(scored, continuation -> new float[] {
            ScoringModel.text(continuation).contains("b#2") ? -3 : -1});
        Aggregator aggregator = new MutualPredictability(reader, new Transcript("R", "|"), Rollouts.AFTER_HASH, 1);
        PseudoReference reference = only(aggregator, Rollouts.group(0, "a#1", "b#2", "c#1"));
        assertEquals(Optional.of("2"), reference.answer(), "only its own evidence does not hold it");
        assertEquals(3, scored.size());
        assertTrue(Set.of("Ra#1|c#1|", "Rc#1|a#1|").contains(ScoringModel.text(scored.get(1))));
        assertThrows(IllegalArgumentException.class, () -> new MutualPredictability(new FakeAnchor(9, text -> ""),
                Transcript.GENERAL, Rollouts.AFTER_HASH, 1));
    }

    @Test
    void theOneAtWhichTheModelIsSurest() {
        LanguageModel reader = new ScoringModel(new ArrayList<>(), continuation -> new float[0]);
        SampledGroup group = Rollouts.group(0, "a#1", "longer#2", "the longest without");
        assertEquals(Optional.of("2"), only(new SelfCertainty(reader, Rollouts.AFTER_HASH), group).answer());
    }

    @Test
    void theModelNamesTheBest() {
        FakeAnchor anchor = new FakeAnchor(10_000, text -> "The best is 2.");
        Aggregator aggregator = new SelfSelection(anchor, Rollouts.AFTER_HASH, GREEDY);
        assertEquals(Optional.of("5"), only(aggregator, Rollouts.group(0, "a#4", "b#5")).answer());
        assertTrue(anchor.asked.get(0).text().contains("Q0=") && anchor.asked.get(0).text()
                .contains("## RESPONSE 2\nb#5"));
        for (String nonsense : List.of("", "none", "3", "0", "-", "99999999999999", "1.5")) {
            Aggregator confused = new SelfSelection(new FakeAnchor(10_000, text -> nonsense), Rollouts.AFTER_HASH,
                    GREEDY);
            assertTrue(only(confused, Rollouts.group(0, "a#4", "b#5")).abstained().isPresent(), nonsense);
        }
        assertTrue(only(new SelfSelection(new FakeAnchor(20, text -> "1"), Rollouts.AFTER_HASH, GREEDY),
                Rollouts.group(0, "a#4", "b#5")).abstained().isPresent(), "nothing fits");
    }

    @Test
    void theJudgeRatesEveryResponseByItself() {
        FakeAnchor judge = new FakeAnchor(10_000, text -> text.contains("b#5") ? "Score: 8/10." : "7.5");
        Aggregator aggregator = new JudgeSelection(judge, Rollouts.AFTER_HASH, GREEDY, MARKS);
        assertEquals(Optional.of("5"), only(aggregator, Rollouts.group(0, "a#4", "b#5")).answer());
        assertEquals(2, judge.asked.size());
        assertTrue(judge.asked.stream().noneMatch(prompt -> prompt.text().contains("a#4") && prompt.text()
                .contains("b#5")));
        for (String nonsense : List.of("", "good", "11", "-1", "7 or 8", "1/2", "v2", "10.0.1")) {
            Aggregator confused = new JudgeSelection(new FakeAnchor(10_000, text -> text.contains("b#5") ? nonsense
                    : "0"),
                    Rollouts.AFTER_HASH, GREEDY, MARKS);
            assertEquals(Optional.of("4"), only(confused, Rollouts.group(0, "a#4", "b#5")).answer(), nonsense);
            assertTrue(only(confused, Rollouts.group(0, "b#5")).abstained().isPresent(), nonsense);
        }
        assertTrue(only(new JudgeSelection(new FakeAnchor(20, text -> "1"), Rollouts.AFTER_HASH, GREEDY,
                MARKS),
                Rollouts.group(0, "a#4", "b#5")).abstained().isPresent(), "nothing fits");
    }

    @Test
    void equalScoresGoToTheLikelierThenToTheFirst() {
        Aggregator aggregator = new JudgeSelection(new FakeAnchor(10_000, text -> "5"), Rollouts.AFTER_HASH, GREEDY,
                MARKS);
        assertEquals(Optional.of("2"), only(aggregator, Rollouts.group(new Prompt(0, "Q"), List.of(likely("a#1", -1),
                likely("b#2", -0.5), likely("c#3", -0.5)))).answer());
    }

    @Test
    void subsetsThatDoNotFitAreCutAndWhatFitsInNoWayIsLeftOut() {
        FakeAnchor narrow = new FakeAnchor(30, text -> "s#7");
        PseudoReference cut = only(new RecursiveSynthesis(narrow, new TemplateSynthesisPrompt("R", "R", "S", ""),
                Rollouts.AFTER_HASH, SETTINGS, 1, 2), Rollouts.group(0, "a long response#1",
                "another long response#2"));
        assertEquals(Optional.of("7"), cut.answer());
        assertTrue(narrow.asked.stream().allMatch(prompt -> prompt.text().length() + 10 <= 30));
        FakeAnchor none = new FakeAnchor(11, text -> "s#7");
        assertTrue(only(new RecursiveSynthesis(none, new TemplateSynthesisPrompt("R", "R", "S", ""),
                Rollouts.AFTER_HASH,
                SETTINGS, 1, 2), Rollouts.group(0, "a#1", "b#2")).abstained().isPresent());
        assertTrue(none.asked.isEmpty());
    }

    /** What is broken off, and groups in which nothing can be read: every aggregator has a way with them. */
    @Test
    void whatIsBrokenOffOrHasNoAnswerNeverWins() {
        SampledGroup cut = Rollouts.group(new Prompt(0, "Q0="),
                List.of(new Rollout("no end", new Completion(new int[] {1},
                new float[] {-0.01f}, Finish.LENGTH)), likely("b#2", -1), new Rollout("", new Completion(new int[0],
                new float[0], Finish.STOP_TOKEN))));
        SampledGroup unread = Rollouts.group(1, "x", "", "y");
        FakeAnchor reader = new FakeAnchor(10_000, text -> "2");
        LanguageModel scorer = new ScoringModel(new ArrayList<>(), continuation -> new float[] {-1});
        for (Aggregator aggregator : List.of(new SingleSample(Rollouts.AFTER_HASH),
                new MajorityVote(Rollouts.AFTER_HASH),
                new MinimumPerplexity(Rollouts.AFTER_HASH), new SelfCertainty(scorer, Rollouts.AFTER_HASH),
                new MutualPredictability(scorer, new Transcript("R", "|"), Rollouts.AFTER_HASH, 1),
                new SelfSelection(reader, Rollouts.AFTER_HASH, GREEDY), new JudgeSelection(reader, Rollouts.AFTER_HASH,
                GREEDY, MARKS),
                new Fallback((group, step) -> Pending.of(PseudoReference.abstain("none", 3, "no")),
                        new MajorityVote(Rollouts.AFTER_HASH)),
                new Synthesis(new FakeAnchor(10_000, text -> "b#2"), new TemplateSynthesisPrompt("R", "R", "S", "!"),
                        Rollouts.AFTER_HASH, SETTINGS),
                new RecursiveSynthesis(new FakeAnchor(10_000, text -> "b#2"), new TemplateSynthesisPrompt("R", "R", "S",
                "!"),
                        Rollouts.AFTER_HASH, SETTINGS, 2, 2))) {
            List<PseudoReference> references = references(aggregator.teach(List.of(cut, unread), 3));
            assertEquals(Optional.of("2"), references.get(0).answer(), aggregator.getClass().getSimpleName());
            assertTrue(references.get(1).abstained().isPresent() || references.get(1).answer().isEmpty(),
                    aggregator.getClass().getSimpleName() + " made " + references.get(1));
        }
        assertTrue(reader.asked.stream().anyMatch(prompt -> prompt.text().contains("(broken off before its end)")));
    }

    @Test
    void theSecondIsAskedWhereTheFirstAbstains() {
        Aggregator never = (group, step) -> group.prompt().id() == 1
                ? Pending.of(PseudoReference.abstain("first", 2, "no"))
                : new MajorityVote(Rollouts.AFTER_HASH).estimate(group, step);
        List<PseudoReference> references = references(new Fallback(never, new SingleSample(Rollouts.AFTER_HASH)).teach(
                List.of(Rollouts.group(0, "a#1", "b#1"), Rollouts.group(1, "a#2", "b#3"),
                Rollouts.group(2, "a#4", "b#4")), 0));
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
        assertEquals(9, anchor.asked.stream().map(Query::key).distinct().count(), "draws of their own");
        assertEquals(3, anchor.calls, "a call a round, and one for the synthesis");
    }
}
