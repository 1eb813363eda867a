package org.catrl.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.aggregate.MajorityVote;
import org.catrl.aggregate.Rollouts;
import org.catrl.aggregate.SingleSample;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.TokenUse;
import org.junit.jupiter.api.Test;

class AggregatorComparisonTest {
    private static final String[][] ROLLOUTS = {{"a#1", "b#2", "c#2"}, {"a#3", "b#3", "c#4"}, {"x", "y", "z#9"},
        {"a#5", "b#6", "c#6"}};
    private static final TokenUse NONE = TokenUse.NONE;
    private static final String[] GOLD = {"1", "3", "8", "6"};

    @Test
    void countsWhoIsRightWhereAggregatorAndMajorityDiffer() {
        List<LabelledPrompt> problems = IntStream.range(0, 4)
                .mapToObj(i -> new LabelledPrompt(new Prompt(i, "Q" + i), GOLD[i])).toList();
        LanguageModel nobody = null;
        AggregatorComparison comparison = new AggregatorComparison(problems, List.of(
                Contestant.of("majority", nobody, model -> new MajorityVote(Rollouts.AFTER_HASH)),
                Contestant.of("single", nobody, model -> new SingleSample(Rollouts.AFTER_HASH)),
                Contestant.of("silent", nobody, model -> (group, step) ->
                        Pending.of(PseudoReference.abstain("silent", 3, "no"))),
                Contestant.of("oracle", nobody, model -> (group, step) -> Pending.of(new PseudoReference("",
                        Optional.of(GOLD[group.prompt().id()]), "oracle", List.of(), 1, Optional.empty())))),
                Rollouts.AFTER_HASH, new EvaluationSettings(3, SamplingSettings.of(1, 9, List.of()), 3));
        List<AggregatorReport> reports = comparison.run((prompts, samples, sampling, step) -> prompts.stream()
                .map(prompt -> Rollouts.group(prompt.id(), ROLLOUTS[prompt.id()])).toList(), done -> { });
        assertEquals(new AggregatorReport("majority", 4, 2, 0, 0, 0, 0, 1, 0, NONE), reports.get(0));
        assertEquals(new AggregatorReport("single", 4, 2, 0, 2, 1, 1, 1, 0, NONE), reports.get(1));
        assertEquals(new AggregatorReport("silent", 4, 0, 4, 0, 0, 2, 1, 0, NONE), reports.get(2));
        assertEquals(new AggregatorReport("oracle", 4, 4, 0, 2, 2, 0, 1, 1, NONE), reports.get(3));
    }

    /** Against scipy.stats.binomtest(k, n, 0.5).pvalue. */
    @Test
    void mcNemarIsExact() {
        assertEquals(1, report(0, 0).pValue());
        assertEquals(1, report(3, 3).pValue());
        assertEquals(0.0390625, report(8, 1).pValue(), 1e-12);
        assertEquals(0.0390625, report(1, 8).pValue(), 1e-12);
        assertEquals(0.5, new AggregatorReport("", 100, 50, 0, 0, 0, 0, 0, 0, NONE).accuracy());
        assertEquals(0.05, new AggregatorReport("", 100, 50, 0, 0, 0, 0, 0, 0, NONE).standardError(), 1e-12);
    }

    private static AggregatorReport report(int alone, int majority) {
        return new AggregatorReport("", 20, 10, 0, 0, alone, majority, 0, 0, NONE);
    }
}
