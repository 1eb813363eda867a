package org.catrl.evaluate;

import static org.catrl.evaluate.EvaluationSettings.STEP;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.catrl.aggregate.Ballot;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.RolloutSource;
import org.catrl.text.AnswerFormat;

/** Several aggregators on the same rollouts of labelled problems, each against the labels and against the majority. */
public final class AggregatorComparison {
    private final List<LabelledPrompt> problems;
    private final List<Contestant> contestants;
    private final AnswerFormat format;
    private final EvaluationSettings settings;

    /**
     * A comparison that can be run once.
     *
     * @param problems    labelled prompts
     * @param contestants the aggregators, in the order of the reports
     * @param format      how answers are read and compared
     * @param settings    how the policy is asked
     */
    public AggregatorComparison(List<LabelledPrompt> problems, List<Contestant> contestants, AnswerFormat format,
                                EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.contestants = List.copyOf(contestants);
        this.format = format;
        this.settings = settings;
    }

    /**
     * The reports, in the order of the contestants.
     *
     * @param policy   samples the rollouts that all of them see
     * @param progress told how many problems are done
     */
    public List<AggregatorReport> run(RolloutSource policy, IntConsumer progress) {
        return run(policy, progress, Optional.empty());
    }

    /**
     * The same, heard problem by problem.
     *
     * @param heard hears of every problem once it has been measured
     */
    public List<AggregatorReport> run(RolloutSource policy, IntConsumer progress,
                                      Optional<Consumer<EvaluatedGroup>> heard) {
        List<Tally> tallies = contestants.stream().map(Tally::new).toList();
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            List<LabelledPrompt> batch = problems.subList(from, Math.min(problems.size(), from + settings.batch()));
            List<SampledGroup> groups = policy.sample(batch.stream().map(LabelledPrompt::prompt).toList(),
                    settings.samples(), settings.sampling(), STEP);
            List<List<EvaluatedGroup.Reference>> references = tallies.stream().map(tally -> tally.judge(batch, groups))
                    .toList();
            heard.ifPresent(hears -> tell(batch, groups, references, hears));
            progress.accept(from + batch.size());
        }
        return tallies.stream().map(Tally::report).toList();
    }

    private void tell(List<LabelledPrompt> batch, List<SampledGroup> groups,
                      List<List<EvaluatedGroup.Reference>> references, Consumer<EvaluatedGroup> hears) {
        for (int i = 0; i < batch.size(); i++) {
            int place = i;
            hears.accept(EvaluatedGroup.of(batch.get(i),
                    EvaluatedGroup.attempts(groups.get(i), batch.get(i).gold(), format),
                    references.stream().map(contestant -> contestant.get(place)).toList()));
        }
    }

    /** The sums over problems of one contestant. */
    private final class Tally {
        private final Contestant contestant;
        private int right;
        private int abstained;
        private int disagreed;
        private int rightAlone;
        private int majorityAlone;
        private int allWrong;
        private int rightAllWrong;

        Tally(Contestant contestant) {
            this.contestant = contestant;
        }

        /** Takes a batch in; returns the references, one for each problem. */
        List<EvaluatedGroup.Reference> judge(List<LabelledPrompt> batch, List<SampledGroup> groups) {
            List<TaughtGroup> taught = contestant.aggregator().teach(groups, STEP);
            List<EvaluatedGroup.Reference> references = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                PseudoReference reference = taught.get(i).reference();
                EvaluatedGroup.Verdict verdict = EvaluatedGroup.Verdict.ofAnswer(reference.answer(),
                        batch.get(i).gold(), format);
                judge(batch.get(i).gold(), Ballot.of(groups.get(i), format), reference, verdict.right());
                references.add(EvaluatedGroup.Reference.of(contestant.name(), reference, verdict));
            }
            return references;
        }

        private void judge(String gold, Ballot ballot, PseudoReference reference, boolean taught) {
            Optional<String> elected = ballot.winner();
            boolean majority = elected.isPresent() && ballot.candidate(gold).equals(elected);
            boolean none = ballot.candidate(gold).isEmpty();
            right += taught ? 1 : 0;
            abstained += reference.abstained().isPresent() ? 1 : 0;
            disagreed += reference.answer().isPresent()
                    && !(elected.isPresent() && reference.answer().flatMap(ballot::candidate).equals(elected)) ? 1 : 0;
            rightAlone += taught && !majority ? 1 : 0;
            majorityAlone += majority && !taught ? 1 : 0;
            allWrong += none ? 1 : 0;
            rightAllWrong += none && taught ? 1 : 0;
        }

        AggregatorReport report() {
            return new AggregatorReport(contestant.name(), problems.size(), right, abstained, disagreed, rightAlone,
                    majorityAlone, allWrong, rightAllWrong, contestant.anchor().used());
        }
    }
}
