package org.catrl.evaluate;

import static org.catrl.evaluate.EvaluationSettings.STEP;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Verdict;
import org.catrl.lm.RolloutSource;
import org.catrl.lm.TokenUse;
import org.catrl.reward.Judge;
import org.catrl.reward.JudgeFailureException;
import org.catrl.reward.RubricScore;

/** Several aggregators on the same rollouts of problems that come with rubrics: what their references score. */
public final class RubricComparison {
    private static final int RESAMPLES = 1000;

    /**
     * How one aggregator did.
     *
     * @param name      the name of the aggregator; the first is that of the rollouts themselves
     * @param score     mean over problems with a reference that was scored, clipped to [0, 1]; NaN where there are none
     * @param error     its standard error by bootstrap over problems
     * @param abstained problems without a reference
     * @param tokens    tokens that were read and written for it beyond the rollouts
     */
    public record Report(String name, double score, double error, int abstained, TokenUse tokens) { }

    private final List<LabelledPrompt> problems;
    private final List<Contestant> contestants;
    private final RubricGrading grading;
    private final EvaluationSettings settings;

    /**
     * A comparison that can be run once.
     *
     * @param problems    labelled prompts whose gold answers are rubrics
     * @param contestants the aggregators, in the order of the reports
     * @param grader      says which criteria a text meets
     * @param settings    how the policy is asked
     */
    public RubricComparison(List<LabelledPrompt> problems, List<Contestant> contestants, Judge grader,
                            EvaluationSettings settings) {
        this.problems = List.copyOf(problems);
        this.contestants = List.copyOf(contestants);
        this.grading = new RubricGrading(grader);
        this.settings = settings;
    }

    /**
     * The reports: of the rollouts themselves, then of the contestants in their order.
     *
     * @param progress told how many problems are done
     * @throws JudgeFailureException when the grader gave no verdict on any rollout
     */
    public List<Report> run(RolloutSource policy, IntConsumer progress) {
        return run(policy, progress, Optional.empty());
    }

    /**
     * The same, heard problem by problem.
     *
     * @param heard hears of every problem once it has been measured
     */
    public List<Report> run(RolloutSource policy, IntConsumer progress, Optional<Consumer<EvaluatedGroup>> heard) {
        Scores rollouts = new Scores();
        List<Tally> tallies = contestants.stream().map(Tally::new).toList();
        for (int from = 0; from < problems.size(); from += settings.batch()) {
            List<LabelledPrompt> batch = problems.subList(from, Math.min(problems.size(), from + settings.batch()));
            List<SampledGroup> groups = policy.sample(batch.stream().map(LabelledPrompt::prompt).toList(),
                    settings.samples(), settings.sampling(), STEP);
            List<RubricGrading.Graded> graded = grading.grade(IntStream.range(0, batch.size())
                    .mapToObj(i -> new RubricGrading.Answers(batch.get(i),
                    groups.get(i).rollouts().stream().map(Rollout::text).toList())).toList());
            rollouts.add(graded.stream().map(RubricGrading.Graded::scores).toList());
            graded.forEach(problem -> rollouts.noVerdicts.addAll(problem.noVerdicts()));
            List<List<EvaluatedGroup.Reference>> references = tallies.stream().map(tally -> tally.teach(batch, groups))
                    .toList();
            heard.ifPresent(hears -> tell(batch, groups, graded, references, hears));
            progress.accept(from + batch.size());
        }
        rollouts.requireAny();
        List<Report> reports = new ArrayList<>();
        reports.add(rollouts.report("rollouts", 0, TokenUse.NONE));
        tallies.forEach(tally -> reports.add(tally.report()));
        return reports;
    }

    private static void tell(List<LabelledPrompt> batch, List<SampledGroup> groups, List<RubricGrading.Graded> graded,
                             List<List<EvaluatedGroup.Reference>> references, Consumer<EvaluatedGroup> hears) {
        for (int i = 0; i < batch.size(); i++) {
            int place = i;
            hears.accept(EvaluatedGroup.of(batch.get(i), graded.get(i).attempts(groups.get(i)),
                    references.stream().map(contestant -> contestant.get(place)).toList()));
        }
    }

    /** The mean scores, one per problem, of its texts that were scored. */
    private static final class Scores {
        private final List<Double> problems = new ArrayList<>();
        private final List<Verdict> noVerdicts = new ArrayList<>();

        /** Takes in the scores of some problems' texts. */
        void add(List<List<OptionalDouble>> graded) {
            graded.forEach(problem -> problem.stream().flatMapToDouble(OptionalDouble::stream).average()
                    .ifPresent(problems::add));
        }

        void requireAny() {
            if (problems.isEmpty() && !noVerdicts.isEmpty()) {
                throw JudgeFailureException.noVerdict("the grader gave no verdict on any response, so there is nothing "
                        + "to compare", noVerdicts);
            }
        }

        Report report(String name, int abstained, TokenUse tokens) {
            boolean none = problems.isEmpty();
            return new Report(name, none ? Double.NaN : RubricScore.aggregate(problems),
                    none ? Double.NaN : RubricScore.bootstrapError(problems, RESAMPLES, 1), abstained, tokens);
        }
    }

    /** The sums over problems of one contestant. */
    private final class Tally {
        private final Contestant contestant;
        private final Scores scores = new Scores();
        private int abstained;

        Tally(Contestant contestant) {
            this.contestant = contestant;
        }

        /** Takes a batch in; returns the references, one for each problem. */
        List<EvaluatedGroup.Reference> teach(List<LabelledPrompt> batch, List<SampledGroup> groups) {
            List<TaughtGroup> taught = contestant.aggregator().teach(groups, STEP);
            abstained += (int) taught.stream().filter(made -> made.reference().abstained().isPresent()).count();
            List<OptionalDouble> graded = grading.gradeReferences(batch, taught);
            scores.add(graded.stream().map(List::of).toList());
            return EvaluatedGroup.references(taught, graded);
        }

        Report report() {
            return scores.report(contestant.name(), abstained, contestant.anchor().used());
        }
    }
}
