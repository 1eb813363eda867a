package org.catrl.data;

import java.util.List;
import java.util.function.ToIntFunction;
import org.catrl.setting.SettingException;

/** Stretches of supervised training, one after the other. */
public final class Stages<S> {
    private final List<S> stages;
    private final ToIntFunction<S> length;

    /**
     * The stages in the order given.
     *
     * @param length that of a stage, in steps
     * @throws IllegalArgumentException when there is no stage
     */
    public Stages(List<S> stages, ToIntFunction<S> length) {
        if (stages.isEmpty()) {
            throw new SettingException("stages", "empty", "supervised training needs at least one");
        }
        this.stages = List.copyOf(stages);
        this.length = length;
    }

    /** The steps of all stages together. */
    public int steps() {
        return stages.stream().mapToInt(length).sum();
    }

    /**
     * The stage of a step, from 0.
     *
     * @throws IllegalArgumentException when the step is after the last stage
     */
    public S at(int step) {
        int end = 0;
        for (S stage : stages) {
            end += length.applyAsInt(stage);
            if (step < end) {
                return stage;
            }
        }
        throw new IllegalArgumentException("step " + step + " is after the last of " + end);
    }
}
