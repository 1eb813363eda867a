package org.catrl.evaluate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.data.LabelledPrompt;
import org.catrl.reward.Criterion;
import org.catrl.reward.Judge;
import org.catrl.reward.RubricScore;

/** Scores texts by the rubrics that come with their problems. */
public final class RubricGrading {
    private static final int STEP = -1;

    private final Judge grader;
    private int silent;
    private int criteria;

    RubricGrading(Judge grader) {
        this.grader = grader;
    }

    /** Of the criteria asked so far, the share without a verdict. */
    double noVerdicts() {
        return criteria == 0 ? 0 : silent / (double) criteria;
    }

    /** Per problem and text; empty = no verdict on any criterion that is worth something. */
    List<List<OptionalDouble>> scores(List<LabelledPrompt> problems, List<List<String>> texts) {
        List<Judge.Question> questions = new ArrayList<>();
        for (int at = 0; at < problems.size(); at++) {
            String prompt = problems.get(at).prompt().text();
            for (String text : texts.get(at)) {
                for (Criterion criterion : RubricEvaluation.rubric(problems.get(at))) {
                    questions.add(new Judge.Question(problems.get(at).prompt().id(), Optional.of(prompt), text,
                            criterion.text()));
                }
            }
        }
        var verdicts = (questions.isEmpty() ? List.<Judge.Verdict>of() : grader.judge(questions, STEP)).iterator();
        List<List<OptionalDouble>> scores = new ArrayList<>();
        for (int at = 0; at < problems.size(); at++) {
            List<Criterion> rubric = RubricEvaluation.rubric(problems.get(at));
            scores.add(texts.get(at).stream().map(text -> score(rubric, verdicts)).toList());
        }
        return scores;
    }

    private OptionalDouble score(List<Criterion> rubric, Iterator<Judge.Verdict> verdicts) {
        List<Optional<Boolean>> own = rubric.stream().map(criterion -> verdicts.next().met()).toList();
        silent += own.stream().filter(Optional::isEmpty).count();
        criteria += own.size();
        return RubricScore.ofVerdicts(rubric, own);
    }
}
