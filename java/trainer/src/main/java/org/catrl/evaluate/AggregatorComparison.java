package org.catrl.evaluate;

import static org.catrl.evaluate.EvaluationSettings.STEP;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Ballot;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.MeteredModel;
import org.catrl.lm.RolloutSource;
import org.catrl.text.AnswerFormat;

/** Several aggregators on the same rollouts of labelled problems, each against the labels and against the majority. */
public final class AggregatorComparison {
    private final List<LabelledPrompt> problems;
    private final AnswerFormat format;
    private final EvaluationSettings settings;
    private final Map<String, Contestant> contestants = new LinkedHashMap<>();

    /**
     * A comparison that nobody takes part in yet.
     *
     * @param problems labelled prompts
     * @param format   how answers are read and compared
     * @param settings how the policy is asked
     */
    public AggregatorComparison(List<LabelledPrompt> problems, AnswerFormat format, EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.format = format;
        this.settings = settings;
    }

    /**
     * Adds an aggregator.
     *
     * @param name       what the report calls it
     * @param anchor     the model that it may ask
     * @param aggregator makes it over that model, whose tokens are counted
     */
    public void add(String name, LanguageModel anchor, Function<LanguageModel, Aggregator> aggregator) {
        MeteredModel metered = new MeteredModel(anchor);
        contestants.put(name, new Contestant(aggregator.apply(metered), metered));
    }

    /**
     * The reports, in the order the aggregators were added.
     *
     * @param policy   samples the rollouts that all of them see
     * @param progress told how many problems are done
     */
    public List<AggregatorReport> run(RolloutSource policy, IntConsumer progress) {
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            List<LabelledPrompt> batch = problems.subList(from, Math.min(problems.size(), from + settings.batch()));
            List<SampledGroup> groups = policy.sample(batch.stream().map(LabelledPrompt::prompt).toList(),
                    settings.samples(), settings.sampling(), STEP);
            contestants.values().forEach(contestant -> contestant.judge(batch, groups));
            progress.accept(from + batch.size());
        }
        List<AggregatorReport> reports = new ArrayList<>();
        contestants.forEach((name, contestant) -> reports.add(contestant.report(name)));
        return reports;
    }

    private final class Contestant {
        private final Aggregator aggregator;
        private final MeteredModel anchor;
        private int right;
        private int abstained;
        private int disagreed;
        private int rightAlone;
        private int majorityAlone;
        private int allWrong;
        private int rightAllWrong;

        Contestant(Aggregator aggregator, MeteredModel anchor) {
            this.aggregator = aggregator;
            this.anchor = anchor;
        }

        void judge(List<LabelledPrompt> batch, List<SampledGroup> groups) {
            List<TaughtGroup> taught = aggregator.teach(groups, STEP);
            for (int i = 0; i < batch.size(); i++) {
                judge(batch.get(i).gold(), Ballot.of(groups.get(i), format), taught.get(i).reference());
            }
        }

        private void judge(String gold, Ballot ballot, PseudoReference reference) {
            Optional<String> elected = ballot.winner();
            boolean majority = elected.isPresent() && ballot.candidate(gold).equals(elected);
            boolean taught = reference.answer().filter(answer -> format.equivalent(answer, gold)).isPresent();
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

        AggregatorReport report(String name) {
            return new AggregatorReport(name, problems.size(), right, abstained, disagreed, rightAlone, majorityAlone,
                    allWrong, rightAllWrong, anchor.used());
        }
    }
}
