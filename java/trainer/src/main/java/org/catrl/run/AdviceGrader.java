package org.catrl.run;

import java.util.List;
import java.util.Map;
import org.catrl.data.advice.Criteria;
import org.catrl.reward.Judge;

/**
 * Grades advice on house plants by its gold rubrics: a program that knows the truth. It needs to be shown the
 * situation.
 */
final class AdviceGrader implements Judge {
    @Override
    public List<Verdict> judge(List<Question> questions, int step) {
        return questions.stream().map(question -> new Verdict(Criteria.met(question.context().orElseThrow(),
                question.response(), question.criterion()), "by program")).toList();
    }

    @Override
    public Map<String, Double> metrics() {
        return Map.of("judge/calls", 0.0, "judge/failures", 0.0);
    }
}
