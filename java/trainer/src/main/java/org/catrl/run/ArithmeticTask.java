package org.catrl.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.data.Split;
import org.catrl.data.arithmetic.Addition;
import org.catrl.data.arithmetic.ArithmeticPrompts;
import org.catrl.data.arithmetic.SharedSlip;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.Finish;
import org.catrl.text.Sha256;

/** Sums of three numbers, generated; the three splits never share a problem. */
final class ArithmeticTask implements Task {
    private final long seed;

    ArithmeticTask(long seed) {
        this.seed = seed;
    }

    @Override
    public Prompts prompts() {
        return new ArithmeticPrompts(Split.TRAIN, seed);
    }

    @Override
    public String promptsSha256() {
        return Sha256.of("arithmetic, seed " + seed);
    }

    @Override
    public List<LabelledPrompt> heldOut(int count) {
        return new ArithmeticPrompts(Split.HELD_OUT, seed).labelled(count);
    }

    @Override
    public List<LabelledPrompt> probe(int count) {
        return new ArithmeticPrompts(Split.PROBE, seed).labelled(count);
    }

    @Override
    public List<LabelledGroup> repairs(int count, int rollouts) {
        return IntStream.range(0, count).mapToObj(index -> repair(index, rollouts)).toList();
    }

    private LabelledGroup repair(int index, int rollouts) {
        Addition problem = Addition.of(Split.HELD_OUT, seed, index);
        List<Rollout> slipped = new ArrayList<>();
        for (String text : SharedSlip.of(seed, index).otherwiseRight(problem, rollouts)) {
            slipped.add(Rollout.ofText(text, Finish.STOP_TOKEN));
        }
        return new LabelledGroup(new SampledGroup(new Prompt(index, problem.prompt()), slipped), problem.answer());
    }

    @Override
    public IntFunction<LabelledPrompt> labels() {
        return new ArithmeticPrompts(Split.TRAIN, seed)::labelledPrompt;
    }

    @Override
    public List<Prompt> examplePrompts() {
        return List.of(new Prompt(0, new Addition(0, 0, 0).prompt()));
    }
}
