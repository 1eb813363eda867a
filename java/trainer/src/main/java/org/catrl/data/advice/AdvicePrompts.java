package org.catrl.data.advice;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.data.Split;

/** Endless situations of one split as prompts; a prompt's id is its index. */
public final class AdvicePrompts implements Prompts {
    private final Split split;
    private final long seed;

    /** The situations of a split that a seed draws. */
    public AdvicePrompts(Split split, long seed) {
        this.split = split;
        this.seed = seed;
    }

    @Override
    public List<Prompt> batch(int step, int count) {
        int from = Math.multiplyExact(step, count);
        return IntStream.range(from, from + count)
                .mapToObj(id -> new Prompt(id, Situation.of(split, seed, id).prompt())).toList();
    }

    /** The first {@code count} situations with their true rubrics, for evaluation. */
    public List<LabelledPrompt> labelled(int count) {
        return IntStream.range(0, count).mapToObj(this::labelledPrompt).toList();
    }

    /** One situation with its true rubric: for evaluation, and for the control that a recipe asks for by allow_gold. */
    public LabelledPrompt labelledPrompt(int id) {
        Situation situation = Situation.of(split, seed, id);
        return new LabelledPrompt(new Prompt(id, situation.prompt()), Criteria.gold(situation));
    }
}
