package org.catrl.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Query;
import org.junit.jupiter.api.Test;

class SynthesisTest {
    private static final SynthesisPrompt LETTERS = new TemplateSynthesisPrompt("R", "R", "S", "!");
    private static final int WIDE = 1000;

    @Test
    void asksForEveryGroupAtOnceWithoutTheQuestion() {
        FakeAnchor anchor = new FakeAnchor(WIDE, prompt -> "s#5");
        List<PseudoReference> references = synthesis(anchor, settings(ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN))
                .teach(List.of(Rollouts.group(3, "a#1", "b#05"), Rollouts.group(4, "c#2", "d#2")), 0).stream()
                .map(TaughtGroup::reference).toList();
        assertEquals(1, anchor.calls);
        assertEquals(List.of(3, 4), anchor.asked.stream().map(query -> query.key().prompt()).toList());
        assertTrue(Set.of("Ra#1Rb#05S", "Rb#05Ra#1S").contains(anchor.asked.get(0).text()));
        assertEquals(List.of(0.0, 1.0), references.get(0).weights(), "the rollout that agrees");
        assertEquals(List.of(0.0, 0.0), references.get(1).weights(), "an answer from outside the rollouts");
        assertEquals("synthesis", references.get(1).source());
    }

    @Test
    void theQuestionIsShownOnlyWhereTheSwitchSaysSo() {
        FakeAnchor anchor = new FakeAnchor(WIDE, prompt -> "s#5");
        var shown = new SynthesisSettings(greedy(), true, ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN, 1, 0);
        synthesis(anchor, shown).estimate(Rollouts.group(3, "a#1"), 0).get();
        assertEquals("Q3=Ra#1S", anchor.asked.get(0).text());
    }

    @Test
    void theOrderIsAFunctionOfSeedStepAndPrompt() {
        String[] texts = {"a#1", "b#1", "c#1", "d#1", "e#1", "f#1"};
        assertEquals(order(7, 2, 5, texts), order(7, 2, 5, texts));
        Set<String> orders = new TreeSet<>(List.of(order(7, 2, 5, texts), order(8, 2, 5, texts),
                order(7, 3, 5, texts), order(7, 2, 6, texts)));
        assertEquals(4, orders.size(), orders.toString());
        assertEquals(Set.of(texts), Arrays.stream(order(7, 2, 5, texts).replaceAll("^R|S$", "").split("R"))
                .collect(Collectors.toSet()));
    }

    @Test
    void truncatedRolloutsReachTheAnchorMarked() {
        FakeAnchor anchor = new FakeAnchor(WIDE, prompt -> "s#5");
        SampledGroup group = new SampledGroup(Rollouts.group(0).prompt(),
                List.of(Rollouts.truncated("cut o"), Rollouts.rollout("b#5")));
        synthesis(anchor, settings(ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN)).estimate(group, 0).get();
        assertTrue(anchor.asked.get(0).text().contains("cut o!"), anchor.asked.get(0).text());
        String general = new GeneralSynthesisPrompt().of(Optional.empty(),
                group.rollouts().stream().map(Response::of).toList());
        assertTrue(general.contains("## RESPONSE 1 (broken off before its end)\ncut o\n"), general);
        assertTrue(general.contains("## RESPONSE 2\nb#5\n") && general.contains("# SUMMARY")
                && general.contains("# UNIFIED RESPONSE") && general.contains("\\boxed{answer}"), general);
    }

    @Test
    void abstainsUnaskedWhenNoRolloutParsed() {
        FakeAnchor anchor = new FakeAnchor(WIDE, prompt -> "s#5");
        var reference = estimate(anchor, settings(ContextPolicy.ABSTAIN, UnparsedPolicy.MAJORITY), "a", "b");
        assertEquals(Optional.of("no rollout holds an answer"), reference.abstained());
        assertEquals(0, anchor.calls);
    }

    @Test
    void anUnparsedSynthesisAbstains() {
        var reference = estimate(new FakeAnchor(WIDE, prompt -> "no idea"),
                settings(ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN), "a#1", "b#1");
        assertEquals(Optional.of("the synthesis holds no answer: no idea"), reference.abstained());
    }

    @Test
    void anUnparsedSynthesisYieldsToTheMajority() {
        var reference = estimate(new FakeAnchor(WIDE, prompt -> "no idea"),
                settings(ContextPolicy.ABSTAIN, UnparsedPolicy.MAJORITY), "a#1", "b#2", "c#2");
        assertEquals(Optional.of("2"), reference.answer());
        assertEquals("majority", reference.source());
    }

    @Test
    void anUnparsedSynthesisIsAskedAgainInAnotherOrderAndNotForEver() {
        FakeAnchor stubborn = new FakeAnchor(WIDE, prompt -> "no idea");
        var resample = settings(ContextPolicy.ABSTAIN, UnparsedPolicy.RESAMPLE);
        assertTrue(estimate(stubborn, resample, "a#1", "b#2", "c#2", "d#4").abstained().isPresent());
        assertEquals(3, stubborn.calls);
        assertNotEquals(stubborn.asked.get(0).text(), stubborn.asked.get(1).text());
        assertNotEquals(stubborn.asked.get(0).key(), stubborn.asked.get(1).key());
        String first = stubborn.asked.get(0).text();
        FakeAnchor second = new FakeAnchor(WIDE, prompt -> prompt.equals(first) ? "no idea" : "s#4");
        assertEquals(Optional.of("4"), estimate(second, resample, "a#1", "b#2", "c#2", "d#4").answer());
        assertEquals(2, second.calls);
    }

    @Test
    void tooLongAbstains() {
        FakeAnchor anchor = new FakeAnchor(30, prompt -> "s#5");
        var settings = settings(ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN);
        assertEquals(Optional.of("the rollouts do not fit the anchor's context of 30 tokens"),
                estimate(anchor, settings, "aaaaaaaaaaa#1", "bbbbbbbbbbb#2").abstained());
        assertTrue(estimate(anchor, settings, "a#1", "b#2").abstained().isEmpty());
    }

    @Test
    void keepTailsCutsEveryResponseToTheMostThatFits() {
        FakeAnchor anchor = new FakeAnchor(10 + 3 + 12, prompt -> "s#5");
        estimate(anchor, settings(ContextPolicy.KEEP_TAILS, UnparsedPolicy.ABSTAIN), "abcdefgh#1", "ijklmnop#2");
        assertEquals(Set.of("Refgh#1Rmnop#2S", "Rmnop#2Refgh#1S").contains(anchor.asked.get(0).text()), true,
                anchor.asked.get(0).text());
    }

    @Test
    void aTailNeverStartsInsideACharacter() {
        assertEquals("#1", new Response("x\uD83D\uDE00#1", false, false).tail(3).text());
        assertEquals("\uD83D\uDE00#1", new Response("x\uD83D\uDE00#1", false, false).tail(4).text());
        assertFalse(new Response("x#1", false, false).tail(3).cut());
    }

    @Test
    void answersOnlyShowsTheAnswersThatThereAre() {
        FakeAnchor anchor = new FakeAnchor(20, prompt -> "s#5");
        estimate(anchor, settings(ContextPolicy.ANSWERS_ONLY, UnparsedPolicy.ABSTAIN), "abcdefgh#1", "nothing in it");
        assertEquals("R1S", anchor.asked.get(0).text());
    }

    @Test
    void aTreeSynthesisesSubsetsThenTheirSyntheses() {
        Function<String, String> join = prompt -> "s#" + prompt.chars().filter(c -> c == '#').count();
        FakeAnchor anchor = new FakeAnchor(10 + 18, join);
        var reference = estimate(anchor, settings(ContextPolicy.TREE, UnparsedPolicy.ABSTAIN),
                "aaaaa#1", "bbbbb#2", "ccccc#3", "ddddd#4");
        assertEquals(2, anchor.calls);
        assertEquals(3, anchor.asked.size());
        assertEquals("Rs#2Rs#2S", anchor.asked.get(2).text());
        assertEquals(Optional.of("2"), reference.answer());
        assertEquals(3, anchor.asked.stream().map(Query::key).distinct().count());
        FakeAnchor narrow = new FakeAnchor(10 + 14, join);
        assertTrue(estimate(narrow, settings(ContextPolicy.TREE, UnparsedPolicy.ABSTAIN), "aaaaa#1", "bbbbb#2")
                .abstained().isPresent(), "no two fit together: a tree cannot begin");
    }

    private static String order(long seed, int step, int prompt, String... texts) {
        FakeAnchor anchor = new FakeAnchor(WIDE, text -> "s#5");
        var settings = new SynthesisSettings(greedy(), false, ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN, 1, seed);
        synthesis(anchor, settings).estimate(Rollouts.group(prompt, texts), step).get();
        return anchor.asked.get(0).text();
    }

    private static PseudoReference estimate(FakeAnchor anchor, SynthesisSettings settings, String... texts) {
        return synthesis(anchor, settings).estimate(Rollouts.group(0, texts), 0).get();
    }

    private static Synthesis synthesis(FakeAnchor anchor, SynthesisSettings settings) {
        return new Synthesis(anchor, LETTERS, Rollouts.AFTER_HASH, settings);
    }

    private static SynthesisSettings settings(ContextPolicy context, UnparsedPolicy unparsed) {
        return new SynthesisSettings(greedy(), false, context, unparsed, 3, 0);
    }

    private static SamplingSettings greedy() {
        return SamplingSettings.of(0, 10, List.of());
    }
}
