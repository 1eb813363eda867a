package org.catrl.data.advice;

import static org.catrl.setting.SettingException.require;

/**
 * A stretch of supervised training with one mixture of the roles, in examples a step.
 *
 * @param steps          how long it lasts
 * @param advise         of the adviser
 * @param merge          of who merges
 * @param rubric         of who writes rubrics from texts
 * @param questionRubric of who writes them from the question
 * @param judge          of the judge of one criterion
 * @param compare        of the judge of whether two texts say the same
 * @param fewest         texts to merge, at least
 * @param most           texts to merge, at most
 */
public record CorpusStage(int steps, int advise, int merge, int rubric, int questionRubric, int judge, int compare,
                          int fewest, int most) {
    public CorpusStage {
        require(steps >= 1, "steps", steps, "1 or more");
        int[] counts = {advise, merge, rubric, questionRubric, judge, compare};
        int examples = 0;
        for (int count : counts) {
            require(count >= 0, "examples of a role", count, "0 or more");
            examples += count;
        }
        require(examples >= 1, "examples a step", examples, "1 or more");
        require(fewest >= 1, "fewest", fewest, "1 or more");
        require(most >= fewest, "most", most, "at least fewest = " + fewest);
    }
}
