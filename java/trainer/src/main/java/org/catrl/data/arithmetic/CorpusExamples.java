package org.catrl.data.arithmetic;

import java.util.ArrayList;
import java.util.List;
import org.catrl.data.Example;
import org.catrl.data.Examples;

/** The corpus in stages, one after the other; no problem is drawn twice but by chance. */
public final class CorpusExamples implements Examples {
    private static final int SOLVE = 0;
    private static final int SYNTHESISE = 1;

    private final Corpus corpus;
    private final List<CorpusStage> stages;

    /** @throws IllegalArgumentException when there is no stage */
    public CorpusExamples(Corpus corpus, List<CorpusStage> stages) {
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("stages is empty; supervised training needs at least one");
        }
        this.corpus = corpus;
        this.stages = List.copyOf(stages);
    }

    /** Steps of all stages together. */
    public int steps() {
        return stages.stream().mapToInt(CorpusStage::steps).sum();
    }

    @Override
    public List<Example> batch(int step) {
        CorpusStage stage = stage(step);
        List<Example> batch = new ArrayList<>();
        for (int index = 0; index < stage.solve(); index++) {
            batch.add(corpus.solve(SOLVE, step, index));
        }
        for (int index = 0; index < stage.synthesise(); index++) {
            batch.add(corpus.synthesise(stage.fewest(), stage.most(), SYNTHESISE, step, index));
        }
        return batch;
    }

    private CorpusStage stage(int step) {
        int end = 0;
        for (CorpusStage stage : stages) {
            end += stage.steps();
            if (step < end) {
                return stage;
            }
        }
        throw new IllegalArgumentException("step " + step + " is after the last of " + end);
    }
}
