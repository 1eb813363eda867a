package org.catrl.evaluate;

import org.catrl.data.advice.Criteria;
import org.catrl.flow.Usage;
import org.catrl.flow.Verdict;
import org.catrl.lm.Pending;
import org.catrl.reward.Judge;

/**
 * Grades advice on house plants by its gold rubrics: a program that knows the truth. It needs to be shown the
 * situation.
 */
public final class AdviceGrader implements Judge {
    @Override
    public Pending<Verdict> judge(Question question) {
        return Pending.of(new Verdict(Criteria.met(question.context().orElseThrow(), question.response(),
                question.criterion()), "by program", Usage.NONE));
    }
}
