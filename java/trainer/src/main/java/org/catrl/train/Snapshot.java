package org.catrl.train;

import java.io.IOException;
import java.nio.file.Path;
import org.catrl.lm.ModelWeights;
import org.catrl.model.TrainingState;

/**
 * What had been learned at one moment: the weights or the adapter, both moments of the optimizer, its steps. It is a
 * copy, so that another thread may save it while the next steps are made, and it is good until the next one is taken.
 *
 * <pre>{@code
 * Snapshot snapshot = policy.snapshot();
 * Future<?> saved = executor.submit(() -> { snapshot.save(folder); return null; });
 * policy.update(advantages, sampling, grpo);
 * }</pre>
 */
public final class Snapshot {
    private final ModelWeights weights;
    private final TrainingState state;
    private final int number;

    Snapshot(ModelWeights weights, TrainingState state, int number) {
        this.weights = weights;
        this.state = state;
        this.number = number;
    }

    /**
     * Writes the model's files and optimizer.safetensors into a folder that it makes; by any thread. What the owner may
     * do meanwhile but must wait for is to take the next snapshot, and to close.
     *
     * @throws IllegalStateException when a later snapshot has been taken, or the policy was closed
     */
    public void save(Path folder) throws IOException {
        state.save(number, folder, target -> weights.save(target, state));
    }
}
