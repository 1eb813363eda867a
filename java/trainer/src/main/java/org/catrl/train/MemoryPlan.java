package org.catrl.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.catrl.compute.Backend;
import org.catrl.compute.CountingBackend;
import org.catrl.compute.DType;
import org.catrl.compute.HostCopy;
import org.catrl.compute.SampleBatch;
import org.catrl.lm.ModelHost;
import org.catrl.lm.ModelSettings;
import org.catrl.model.AdamW;
import org.catrl.model.BlockTable;
import org.catrl.model.Decoder;
import org.catrl.model.Gradients;
import org.catrl.model.LoraAdapter;
import org.catrl.model.ModelConfig;
import org.catrl.model.PackedBatch;
import org.catrl.model.RowBatch;
import org.catrl.model.Transformer;
import org.catrl.model.Weights;

/**
 * The memory that a run will hold, before it is taken: the run's own code is put through its largest pass of each phase
 * on a backend that only counts.
 */
public final class MemoryPlan {
    /**
     * What is held at the end of a phase. Memory that is used again is never given back before the end.
     *
     * @param name    load, rollout or update
     * @param byOwner bytes by the name of their owner
     */
    public record Phase(String name, Map<String, Long> byOwner) {
        /** The bytes of all owners together. */
        public long bytes() {
            return byOwner.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * The largest work of a run.
     *
     * @param longestPrompt       in tokens
     * @param maxCompletionLength in tokens
     * @param samples             rollouts of an optimizer step
     * @param stepSamples         rollouts of a whole step
     * @param microBatchTokens    most token rows of one pass of the update; 0 = no limit
     * @param anchor              whether a frozen copy of the initial weights answers too
     * @param reference           whether its log-probabilities are wanted
     * @param frozen              other models that play a role, one entry each
     * @param checkpoints         whether what is learned is copied to be saved
     */
    public record Work(int longestPrompt, int maxCompletionLength, int samples, int stepSamples, int microBatchTokens,
                       boolean anchor, boolean reference, List<ModelConfig> frozen, boolean checkpoints) {
        public Work {
            frozen = List.copyOf(frozen);
        }
    }

    /** Workspaces that grow take an eighth more than they need. */
    private static final double GROWTH = 1.125;
    private static final List<String> GROWING = List.of("activations", "batch");

    private final Backend counted;
    private final ModelConfig config;
    private final ModelSettings settings;
    private final Work work;
    private final List<Phase> phases = new ArrayList<>();

    private MemoryPlan(Backend counted, ModelConfig config, ModelSettings settings, Work work) {
        this.counted = counted;
        this.config = config;
        this.settings = settings;
        this.work = work;
    }

    /**
     * The phases in order: load, rollout, update.
     *
     * @param counted a backend that only counts, see {@link CountingBackend}
     */
    public static List<Phase> of(Backend counted, ModelConfig config, ModelSettings settings, Work work) {
        MemoryPlan plan = new MemoryPlan(counted, config, settings, work);
        plan.run();
        return plan.phases;
    }

    private void run() {
        Weights base = Weights.empty(counted, config, settings.storage(), settings.lora().isPresent(), "weights");
        Weights weights = settings.lora().map(lora -> base.with(LoraAdapter.random(base, lora, 0, "adapter")))
                .orElse(base);
        Decoder decoder = decoder(weights);
        Transformer transformer = new Transformer(weights, settings.transformer());
        ended("load");
        decode(decoder);
        if (work.anchor()) {
            Weights anchor = settings.lora().isPresent() ? base
                    : Weights.empty(counted, config, settings.storage(), true, "anchor weights");
            decode(decoder(anchor));
            if (work.reference()) {
                score(anchor);
            }
        }
        for (ModelConfig other : work.frozen()) {
            Weights frozen = Weights.empty(counted, other, settings.storage(), true, "weights");
            decode(decoder(frozen));
            score(frozen);
        }
        ended("rollout");
        update(weights, transformer);
        ended("update");
    }

    private void score(Weights weights) {
        PackedBatch packed = packed(work.stepSamples(),
                work.microBatchTokens() == 0 ? ModelHost.SCORING_ROWS : work.microBatchTokens());
        new Transformer(weights, settings.transformer()).logProbs(packed, 1, new float[packed.completionTokens()],
                null);
    }

    private Decoder decoder(Weights weights) {
        return new Decoder(weights, settings.maxBatchRows(), ModelHost.blocks(weights, settings));
    }

    private void ended(String phase) {
        Map<String, Long> held = new TreeMap<>();
        counted.ledger().byOwner().forEach((owner, bytes) ->
                held.put(owner, GROWING.stream().anyMatch(owner::endsWith) ? (long) (bytes * GROWTH) : bytes));
        phases.add(new Phase(phase, held));
    }

    /** The widest pass: every row a sequence of its own that draws. */
    private void decode(Decoder decoder) {
        int rows = settings.maxBatchRows();
        int[] sequences = new int[rows];
        Arrays.setAll(sequences, row -> row);
        BlockTable table = new BlockTable(rows, 1, new int[rows]);
        RowBatch batch = new RowBatch(new int[rows], new int[rows], sequences, table, sequences,
                new float[rows * SampleBatch.SETTINGS], new int[4 * rows], 0, null);
        decoder.run(batch, new int[rows], new float[rows]);
        if (decoder.lookahead() > 1) {
            int[] left = new int[rows];
            Arrays.fill(left, 1);
            decoder.decode(batch, left, new int[rows][0]);
        }
    }

    private void update(Weights weights, Transformer transformer) {
        PackedBatch packed = packed(work.samples(), work.microBatchTokens());
        Gradients gradients = new Gradients(weights);
        AdamW adamw = new AdamW(weights);
        transformer.accumulate(packed, 1, gradients, (dlogp, logp, entropy, n) -> { });
        gradients.finish();
        adamw.step(gradients, 0, 0.9, 0.999, 1e-8, 0, 1);
        if (work.checkpoints() && counted.isHostMemory()) {
            counted.allocate(DType.F32, 3 * adamw.length(), HostCopy.OWNER);
        }
    }

    /** The largest micro-batch: full-length sequences, as many as it may hold. */
    private PackedBatch packed(int samples, int mostRows) {
        int rows = work.longestPrompt() + work.maxCompletionLength() - 1;
        int most = mostRows == 0 ? samples : Math.max(1, Math.min(samples, mostRows / rows));
        return PackedBatch.of(Collections.nCopies(most, new int[work.longestPrompt()]),
                Collections.nCopies(most, new int[work.maxCompletionLength()]));
    }
}
