package org.catrl.data.arithmetic;

import java.util.ArrayList;
import java.util.List;
import org.catrl.data.Example;
import org.catrl.data.Examples;
import org.catrl.data.Stages;

/** The corpus in stages, one after the other; no problem is drawn twice but by chance. */
public final class CorpusExamples implements Examples {
    private static final int SOLVE = 0;
    private static final int SYNTHESISE = 1;

    private final Corpus corpus;
    private final Stages<CorpusStage> stages;

    /**
     * The examples of the stages.
     *
     * @throws IllegalArgumentException when there is no stage
     */
    public CorpusExamples(Corpus corpus, List<CorpusStage> stages) {
        this.corpus = corpus;
        this.stages = new Stages<>(stages, CorpusStage::steps);
    }

    /** The steps of all stages together. */
    public int steps() {
        return stages.steps();
    }

    @Override
    public List<Example> batch(int step) {
        CorpusStage stage = stages.at(step);
        List<Example> batch = new ArrayList<>();
        for (int index = 0; index < stage.solve(); index++) {
            batch.add(corpus.solve(SOLVE, step, index));
        }
        for (int index = 0; index < stage.synthesise(); index++) {
            batch.add(corpus.synthesise(stage.fewest(), stage.most(), SYNTHESISE, step, index));
        }
        return batch;
    }
}
