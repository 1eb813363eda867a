package org.catrl.evaluate;

import static org.catrl.evaluate.EvaluationSettings.STEP;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Ballot;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.RolloutSource;
import org.catrl.text.AnswerFormat;

/**
 * Measures a policy, and the aggregator on that policy's rollouts, against gold answers. The random key is the same in
 * every run of it, so that two policies are asked under the same draws.
 */
public final class Evaluation {
    private final List<LabelledPrompt> problems;
    private final List<LabelledGroup> repairs;
    private final AnswerFormat format;
    private final Optional<Aggregator> aggregator;
    private final EvaluationSettings settings;

    /**
     * A measurement that can be run any number of times.
     *
     * @param problems   labelled prompts
     * @param repairs    rollouts made by hand that all share one slip, for the aggregator; may be empty
     * @param format     how answers are read and compared
     * @param aggregator makes references of the rollouts; empty = only the policy is measured
     * @param settings   how the policy is asked
     */
    public Evaluation(List<LabelledPrompt> problems, List<LabelledGroup> repairs, AnswerFormat format,
                      Optional<Aggregator> aggregator, EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.repairs = List.copyOf(repairs);
        this.format = format;
        this.aggregator = aggregator;
        this.settings = settings;
    }

    /** The number of problems that one {@link #run} asks. */
    public int problems() {
        return problems.size();
    }

    /**
     * The measurement of one policy.
     *
     * @param policy   what is measured
     * @param progress told how many problems are done
     */
    public EvaluationReport run(RolloutSource policy, IntConsumer progress) {
        return run(policy, progress, Optional.empty());
    }

    /**
     * The same, heard problem by problem.
     *
     * @param groups hears of every problem once it has been measured
     */
    public EvaluationReport run(RolloutSource policy, IntConsumer progress,
                                Optional<Consumer<EvaluatedGroup>> groups) {
        Tally tally = new Tally();
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            int end = Math.min(problems.size(), from + settings.batch());
            measure(problems.subList(from, end), policy, tally, groups);
            progress.accept(end);
        }
        return tally.report(repaired());
    }

    private void measure(List<LabelledPrompt> batch, RolloutSource policy, Tally tally,
                         Optional<Consumer<EvaluatedGroup>> heard) {
        List<Prompt> prompts = batch.stream().map(LabelledPrompt::prompt).toList();
        List<SampledGroup> groups = policy.sample(prompts, settings.samples(), settings.sampling(), STEP);
        List<SampledGroup> greedy = policy.sample(prompts, 1, settings.greedy(), STEP);
        List<TaughtGroup> taught = aggregator.map(asked -> asked.teach(groups, STEP)).orElse(List.of());
        for (int i = 0; i < batch.size(); i++) {
            LabelledPrompt problem = batch.get(i);
            Optional<PseudoReference> reference = taught.isEmpty() ? Optional.empty()
                    : Optional.of(taught.get(i).reference());
            tally.add(problem.gold(), Ballot.of(groups.get(i), format), Ballot.of(greedy.get(i), format), reference);
            if (heard.isPresent()) {
                heard.get().accept(evaluated(problem, groups.get(i), greedy.get(i), reference));
            }
        }
    }

    private EvaluatedGroup evaluated(LabelledPrompt problem, SampledGroup group, SampledGroup greedy,
                                     Optional<PseudoReference> reference) {
        String gold = problem.gold();
        return new EvaluatedGroup(problem.prompt().id(), problem.prompt().text(), gold,
                EvaluatedGroup.attempts(group, gold, format), EvaluatedGroup.attempts(greedy, gold, format).get(0),
                reference.stream().map(made -> EvaluatedGroup.Reference.of(made.source(), made,
                        EvaluatedGroup.Verdict.ofAnswer(made.answer(), gold, format))).toList());
    }

    private OptionalDouble repaired() {
        if (aggregator.isEmpty() || repairs.isEmpty()) {
            return OptionalDouble.empty();
        }
        int right = 0;
        for (int from = 0; from < repairs.size(); from += settings.batch()) {
            List<LabelledGroup> batch = repairs.subList(from, Math.min(repairs.size(), from + settings.batch()));
            List<TaughtGroup> taught = aggregator.get().teach(batch.stream().map(LabelledGroup::group).toList(), STEP);
            for (int i = 0; i < batch.size(); i++) {
                right += isRight(taught.get(i).reference(), batch.get(i).gold()) ? 1 : 0;
            }
        }
        return OptionalDouble.of(right / (double) repairs.size());
    }

    private boolean isRight(PseudoReference reference, String gold) {
        return reference.answer().filter(answer -> format.equivalent(answer, gold)).isPresent();
    }

    /** Sums over problems. */
    private final class Tally {
        private double samples;
        private double squares;
        private int greedy;
        private int majority;
        private int pass;
        private int aggregatorRight;
        private int rightWhenAllWrong;

        void add(String gold, Ballot ballot, Ballot first, Optional<PseudoReference> reference) {
            Optional<String> right = ballot.candidate(gold);
            boolean some = right.isPresent();
            boolean taught = reference.filter(given -> isRight(given, gold)).isPresent();
            double share = right.map(ballot::share).orElse(0.0);
            samples += share;
            squares += share * share;
            greedy += first.candidate(gold).isPresent() ? 1 : 0;
            majority += some && ballot.winner().equals(right) ? 1 : 0;
            pass += some ? 1 : 0;
            aggregatorRight += taught ? 1 : 0;
            rightWhenAllWrong += taught && !some ? 1 : 0;
        }

        EvaluationReport report(OptionalDouble repaired) {
            double n = problems.size();
            return new EvaluationReport(problems.size(), settings.samples(), samples / n,
                    Math.sqrt(Math.max(0, squares / n - samples * samples / n / n) / n), greedy / n, majority / n,
                    pass / n, aggregator.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(aggregatorRight / n),
                    new EvaluationReport.AllWrong(problems.size() - pass, rightWhenAllWrong), repaired);
        }
    }
}
