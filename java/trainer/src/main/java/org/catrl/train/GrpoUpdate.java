package org.catrl.train;

import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.model.MicroBatches;

/**
 * The optimizer steps of one GRPO update: num_iterations passes over the rollouts, mini_batches steps each, every step
 * summed up in micro-batches. Rollouts stay in the order of prompt and rollout index throughout.
 */
final class GrpoUpdate {
    private final Backend backend;
    private final Learner learner;
    private final GrpoConfig config;
    private final double temperature;
    private final int maxCompletionLength;
    private final UpdateTally tally = new UpdateTally();

    GrpoUpdate(Backend backend, Learner learner, GrpoConfig config, double temperature, int maxCompletionLength) {
        this.backend = backend;
        this.learner = learner;
        this.config = config;
        this.temperature = temperature;
        this.maxCompletionLength = maxCompletionLength;
    }

    /**
     * All optimizer steps of the update.
     *
     * @param groups rollouts by prompt; their number is a multiple of mini_batches
     */
    UpdateTally run(List<List<Sample>> groups) {
        int size = groups.size() / config.passes().miniBatches();
        for (int iteration = 0; iteration < config.passes().numIterations(); iteration++) {
            for (int from = 0; from < groups.size(); from += size) {
                miniBatch(groups.subList(from, from + size).stream().flatMap(List::stream).toList());
            }
        }
        return tally;
    }

    private void miniBatch(List<Sample> samples) {
        learner.begin();
        List<Sample> weighed = Sample.weighed(samples, config.lossType(), maxCompletionLength);
        for (List<Sample> micro : MicroBatches.split(weighed, Sample::rows, config.passes().microBatchTokens())) {
            try (GrpoLoss loss = new GrpoLoss(backend, config.parameters(), micro, tally, learner.where())) {
                learner.accumulate(micro.stream().map(Sample::prompt).toList(),
                        micro.stream().map(Sample::completion).toList(), temperature, loss);
            }
        }
        tally.step(learner.step());
    }
}
