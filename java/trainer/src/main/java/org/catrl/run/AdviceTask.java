package org.catrl.run;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.data.Split;
import org.catrl.data.advice.AdvicePrompts;
import org.catrl.evaluate.AdviceGrader;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.reward.Judge;
import org.catrl.text.Sha256;

/** Advice on house plants, generated. */
final class AdviceTask implements Task {
    private final long seed;

    AdviceTask(long seed) {
        this.seed = seed;
    }

    @Override
    public Prompts prompts() {
        return new AdvicePrompts(Split.TRAIN, seed);
    }

    @Override
    public String promptsSha256() {
        return Sha256.of("advice, seed " + seed);
    }

    @Override
    public List<LabelledPrompt> heldOut(int count) {
        return new AdvicePrompts(Split.HELD_OUT, seed).labelled(count);
    }

    @Override
    public List<LabelledPrompt> probe(int count) {
        return new AdvicePrompts(Split.PROBE, seed).labelled(count);
    }

    @Override
    public List<LabelledGroup> repairs(int count, int rollouts) {
        return List.of();
    }

    @Override
    public IntFunction<LabelledPrompt> labels() {
        return new AdvicePrompts(Split.TRAIN, seed)::labelledPrompt;
    }

    @Override
    public Optional<Judge> grader() {
        return Optional.of(new AdviceGrader());
    }

    @Override
    public List<Prompt> examplePrompts() {
        return new AdvicePrompts(Split.TRAIN, seed).batch(0, 100);
    }
}
