package org.catrl.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.recipe.DataSource;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeException;
import org.catrl.reward.Judge;

/**
 * The problems of a run. Training is given {@link #prompts} only; the rest is for evaluation and the label control.
 *
 * <pre>{@code
 * List<Prompt> first = Task.of(recipe).prompts().batch(0, 16);
 * }</pre>
 */
public interface Task {
    /**
     * The problems that a recipe names.
     *
     * @throws RecipeException when it names none
     */
    static Task of(Recipe recipe) {
        DataSource data = recipe.task().data();
        if (data instanceof DataSource.Jsonl files) {
            return new JsonLinesTask(files, recipe.run().seed());
        } else if (data instanceof DataSource.Arithmetic sums) {
            return new ArithmeticTask(sums.seed());
        } else if (data instanceof DataSource.Advice advice) {
            return new AdviceTask(advice.seed());
        }
        throw new RecipeException("data is missing; say what to measure on, e.g. data: {held_out: test.jsonl}");
    }

    /** The prompts that training sees. */
    Prompts prompts();

    /** The SHA-256 of the prompts that training sees, or of what they are generated from. */
    String promptsSha256();

    /** The first problems of the final measurement, at most {@code count}. */
    List<LabelledPrompt> heldOut(int count);

    /** The first problems of the probe during the run, at most {@code count}. */
    List<LabelledPrompt> probe(int count);

    /** Groups of {@code rollouts} that all share one slip, each with the right answer; empty where none can be made. */
    List<LabelledGroup> repairs(int count, int rollouts);

    /** The training prompts with their answers by id: for {@code aggregator: labels}. */
    IntFunction<LabelledPrompt> labels();

    /** The program that grades by gold rubrics where one can; empty where a model must. */
    default Optional<Judge> grader() {
        return Optional.empty();
    }

    /** Every prompt that can be checked before the run, of all the above; generated ones by example. */
    List<Prompt> examplePrompts();

    /** The place of a prompt, for messages, e.g. "prompts.jsonl, line 7". */
    default String place(Prompt prompt) {
        return "a generated prompt";
    }

    /** The task without some prompts that do not fit; what is generated has none to leave out. */
    default Task without(Set<Prompt> tooLong) {
        return this;
    }
}
