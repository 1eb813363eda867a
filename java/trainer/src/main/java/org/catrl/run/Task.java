package org.catrl.run;

import java.util.List;
import java.util.function.IntFunction;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.evaluate.LabelledGroup;

/** The problems of a run. Training is given {@link #prompts} only; the rest is for evaluation and the label control. */
public interface Task {
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

    /** Every prompt that can be checked before the run, of all the above; generated ones by example. */
    List<Prompt> examplePrompts();
}
