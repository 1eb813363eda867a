package org.catrl.data.arithmetic;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.data.Split;

/** Endless problems of one split as prompts; a prompt's id is its index. */
public final class ArithmeticPrompts implements Prompts {
    private final Split split;
    private final long seed;

    /** The problems of a split that a seed draws. */
    public ArithmeticPrompts(Split split, long seed) {
        this.split = split;
        this.seed = seed;
    }

    @Override
    public List<Prompt> batch(int step, int count) {
        int from = Math.multiplyExact(step, count);
        return IntStream.range(from, from + count)
                .mapToObj(id -> new Prompt(id, Addition.of(split, seed, id).prompt())).toList();
    }

    /** The first {@code count} problems with their answers, for evaluation. */
    public List<LabelledPrompt> labelled(int count) {
        return IntStream.range(0, count).mapToObj(this::labelledPrompt).toList();
    }

    /** One problem with its answer: for evaluation, and for the control that a recipe asks for by allow_gold. */
    public LabelledPrompt labelledPrompt(int id) {
        Addition problem = Addition.of(split, seed, id);
        return new LabelledPrompt(new Prompt(id, problem.prompt()), problem.answer());
    }
}
