package org.catrl.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.catrl.data.DataException;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.Criterion;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;
import org.catrl.reward.Rubric;
import org.catrl.reward.RubricSource;

/**
 * The rubrics that come with labelled prompts: a JSON list of {@code {"criterion": ..., "points": ..., "veto": ...}} as
 * the gold answer. As a source of rewards they are a control experiment, made only when a recipe allows gold by name.
 */
public final class GoldRubrics implements RubricSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final IntFunction<LabelledPrompt> labels;

    /**
     * A source of rubrics that reads labels.
     *
     * @param labels the labelled prompt of a prompt id
     */
    public GoldRubrics(IntFunction<LabelledPrompt> labels) {
        this.labels = labels;
    }

    @Override
    public Pending<Rubric> rubric(TaughtGroup group, int step) {
        LabelledPrompt problem = labels.apply(group.group().prompt().id());
        return Pending.of(new Rubric(criteria(problem), problem.gold()));
    }

    /**
     * The rubric that a labelled prompt carries.
     *
     * @throws DataException when it is none, naming the prompt
     */
    public static List<Criterion> criteria(LabelledPrompt problem) {
        String name = "prompt " + problem.prompt().id() + ": its rubric ";
        try {
            List<Criterion> criteria = new ArrayList<>();
            for (JsonNode criterion : JSON.readTree(problem.gold())) {
                criteria.add(new Criterion(criterion.path("criterion").asText(), criterion.path("points").doubleValue(),
                        criterion.path("veto").asBoolean()));
            }
            if (criteria.isEmpty()) {
                throw new DataException(name + "holds no criterion");
            }
            return criteria;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new DataException(name + "cannot be read: " + e.getMessage(), e);
        }
    }
}
