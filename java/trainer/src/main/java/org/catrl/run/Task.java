package org.catrl.run;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.recipe.MeasuredRecipe;
import org.catrl.reward.Judge;

/** The problems of a run. Training is given {@link #prompts} only; the rest is for evaluation and the label control. */
public interface Task {
    /** The problems that a recipe names. */
    static Task of(MeasuredRecipe recipe) {
        return switch (recipe.data().source()) {
            case ARITHMETIC -> new ArithmeticTask(recipe.data().seed());
            case ADVICE -> new AdviceTask(recipe.data().seed());
            case JSONL -> new JsonLinesTask(recipe.data(), recipe.seed());
        };
    }

    /** What training sees. */
    Prompts prompts();

    /** At most {@code count} problems of the final measurement. */
    List<LabelledPrompt> heldOut(int count);

    /** At most {@code count} problems of the probe during the run. */
    List<LabelledPrompt> probe(int count);

    /** Groups of {@code rollouts} that all share one slip, each with the right answer; empty where none can be made. */
    List<LabelledGroup> repairs(int count, int rollouts);

    /** Training prompts with their answers by id: for {@code aggregator: labels}. */
    IntFunction<LabelledPrompt> labels();

    /** Who grades by gold rubrics where a program can; empty where a model must. */
    default Optional<Judge> grader() {
        return Optional.empty();
    }

    /** Every prompt that can be checked before the run, of all the above; generated ones by example. */
    List<Prompt> examplePrompts();
}
