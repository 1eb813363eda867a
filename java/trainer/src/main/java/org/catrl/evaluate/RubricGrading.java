package org.catrl.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.Criterion;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.lm.Pending;
import org.catrl.reward.Judge;
import org.catrl.reward.RubricScore;

/** Scores texts by the rubrics that come with their problems. */
final class RubricGrading {
    private final Judge grader;

    RubricGrading(Judge grader) {
        this.grader = grader;
    }

    /**
     * Texts that answer a problem.
     *
     * @param texts any number of them
     */
    record Answers(LabelledPrompt problem, List<String> texts) { }

    /**
     * Texts with their scores.
     *
     * @param scores     one per text; empty = no verdict on any criterion that is worth something
     * @param criteria   criteria asked of the texts, all together
     * @param noVerdicts those of them without a verdict, with the reasons
     */
    record Graded(List<OptionalDouble> scores, int criteria, List<Verdict> noVerdicts) {
        /** The samples whose texts these are, with their scores. */
        List<EvaluatedGroup.Attempt> attempts(SampledGroup group) {
            return EvaluatedGroup.attempts(group, i -> EvaluatedGroup.Verdict.ofScore(scores.get(i)));
        }
    }

    /** All answers with their scores, in order; the grader is asked about all of them together. */
    List<Graded> grade(List<Answers> answers) {
        return Pending.all(answers.stream().map(this::grade).toList()).get();
    }

    /** The scores of the references of a batch; empty where the aggregator abstained or no verdict came. */
    List<OptionalDouble> gradeReferences(List<LabelledPrompt> batch, List<TaughtGroup> taught) {
        List<Integer> there = IntStream.range(0, batch.size())
                .filter(i -> taught.get(i).reference().abstained().isEmpty()).boxed().toList();
        List<Graded> graded = grade(there.stream().map(i -> new Answers(batch.get(i),
                List.of(taught.get(i).reference().text()))).toList());
        return IntStream.range(0, batch.size()).mapToObj(i -> there.contains(i)
                ? graded.get(there.indexOf(i)).scores().get(0) : OptionalDouble.empty()).toList();
    }

    private Pending<Graded> grade(Answers answers) {
        List<Criterion> rubric = GoldRubrics.criteria(answers.problem);
        return Pending.all(IntStream.range(0, answers.texts.size() * rubric.size())
                .mapToObj(number -> grader.judge(question(answers, rubric, number))).toList())
                .map(verdicts -> graded(rubric, verdicts));
    }

    /** All criteria of the first text, then of the next. */
    private static Judge.Question question(Answers answers, List<Criterion> rubric, int number) {
        return new Judge.Question(new DrawKey(EvaluationSettings.STEP, answers.problem.prompt().id(), number,
                Purpose.VERDICT), Optional.of(answers.problem.prompt().text()),
                answers.texts.get(number / rubric.size()),
                rubric.get(number % rubric.size()).text());
    }

    private static Graded graded(List<Criterion> rubric, List<Verdict> verdicts) {
        int size = rubric.size();
        List<Optional<Boolean>> met = verdicts.stream().map(Verdict::met).toList();
        return new Graded(IntStream.range(0, met.size() / size).mapToObj(text ->
                RubricScore.ofVerdicts(rubric, met.subList(text * size, (text + 1) * size))).toList(),
                met.size(), verdicts.stream().filter(verdict -> verdict.met().isEmpty()).toList());
    }
}
