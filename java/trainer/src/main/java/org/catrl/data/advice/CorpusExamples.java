package org.catrl.data.advice;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.catrl.data.Example;
import org.catrl.data.Examples;
import org.catrl.data.Stages;

/** The corpus in stages, one after the other. */
public final class CorpusExamples implements Examples {
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

    @Override
    public List<Example> batch(int step) {
        CorpusStage stage = stages.at(step);
        List<Example> batch = new ArrayList<>();
        add(batch, stage.advise(), 0, step, corpus::advise);
        add(batch, stage.merge(), 1, step, key -> corpus.merge(stage.fewest(), stage.most(), key));
        add(batch, stage.rubric(), 2, step, corpus::rubric);
        add(batch, stage.questionRubric(), 3, step, corpus::questionRubric);
        add(batch, stage.judge(), 4, step, corpus::judge);
        add(batch, stage.compare(), 5, step, corpus::compare);
        return batch;
    }

    private static void add(List<Example> batch, int count, int role, int step, Function<long[], Example> make) {
        for (int index = 0; index < count; index++) {
            batch.add(make.apply(new long[] {role, step, index}));
        }
    }
}
