package org.catrl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The evidence of a run: its groups, in short by step, whole one by one, and found by what was said in them. */
final class RunGroups {
    /** The most groups that one search finds. */
    static final int MOST_FOUND = 200;
    private static final int PROMPT_BEGINNING = 300;
    /** What a list shows of a group: no texts but the prompt's beginning. */
    private static final String SHORT = "SELECT g.id, g.step, g.position, g.prompt_id, substr(g.prompt, 1, "
            + PROMPT_BEGINNING + ") AS prompt, g.whole, g.answer, g.majority, g.source, g.confidence, g.abstained, "
            + "avg(r.reward) AS reward, min(r.reward) AS reward_min, max(r.reward) AS reward_max, "
            + "count(r.position) AS rollouts, max(r.text_is_answer) AS text_is_answer FROM sampled_group g "
            + "LEFT JOIN rollout r ON r.group_id = g.id ";
    private static final String WHOLE = "SELECT id, step, position, prompt_id, prompt, whole, weights_version, "
            + "reference, answer, source, confidence, abstained, weights, majority, rubric FROM sampled_group ";

    private final RunTables run;

    RunGroups(RunTables run) {
        this.run = run;
    }

    /** The groups of a step, in short, in their order. @param step counted from 0 */
    ArrayNode ofStep(int step) {
        return array(run.list(SHORT + "WHERE g.step = ? GROUP BY g.id ORDER BY g.position", Json::row, step));
    }

    /** The groups in which a text occurs, in short, newest first, at most {@link #MOST_FOUND}; letters' case is one. */
    ArrayNode found(String text) {
        return array(run.list(SHORT + "WHERE g.id IN (SELECT id FROM sampled_group WHERE "
                + "instr(lower(prompt || ' ' || coalesce(reference, '')), lower(?1)) > 0 "
                + "UNION SELECT group_id FROM rollout WHERE instr(lower(text), lower(?1)) > 0 "
                + "UNION SELECT group_id FROM criterion WHERE instr(lower(text), lower(?1)) > 0) "
                + "GROUP BY g.id ORDER BY g.step DESC, g.position LIMIT " + MOST_FOUND, Json::row, text));
    }

    /** The group of that id with all that made its rewards; empty where there is none. */
    Optional<ObjectNode> whole(long id) {
        Optional<ObjectNode> found = run.first(WHOLE + "WHERE id = ?", Json::row, id);
        found.ifPresent(group -> fill(group, id));
        return found;
    }

    private void fill(ObjectNode group, long id) {
        group.set("weights", Json.parsed(group.path("weights").textValue()));
        group.set("rubric", Json.parsed(group.path("rubric").textValue()));
        group.set("criteria", array(run.list("SELECT position, part, text, points, veto, used, of_reference, reply "
                + "FROM criterion WHERE group_id = ? ORDER BY position", Json::row, id)));
        group.set("attempts", array(run.list("SELECT position, text, finish, tokens, answer, text_is_answer, "
                + "no_answer, reward, advantage, used, evidence FROM rollout WHERE group_id = ? ORDER BY position",
                Json::row, id)));
        group.set("parts", array(run.list("SELECT rollout, position, name, weight, value, evidence FROM part "
                + "WHERE group_id = ? ORDER BY rollout, position", Json::row, id)));
        group.set("verdicts", array(run.list("SELECT rollout, criterion, met, reply, failure, calls FROM verdict "
                + "WHERE group_id = ? ORDER BY rollout, criterion", Json::row, id)));
    }

    private static ArrayNode array(List<ObjectNode> all) {
        ArrayNode array = Json.array();
        all.forEach(array::add);
        return array;
    }
}
