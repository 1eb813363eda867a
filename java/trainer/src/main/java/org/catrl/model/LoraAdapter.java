package org.catrl.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * A low-rank adapter: what was learned beside weights that stay as they are, see {@link Weights#with}. As in {@link
 * Weights}, BF16 storage keeps an F32 buffer for the optimizer and a rounded copy for everything else.
 */
public final class LoraAdapter implements AutoCloseable {
    /**
     * A site's two matrices, or their gradients.
     *
     * @param a       [R, k]
     * @param b       [n, R]
     * @param packedA the packed form of a; null in gradients
     * @param packedB the packed form of b; null in gradients
     * @param rank    R
     */
    record Pair(Buffer a, Buffer b, Buffer packedA, Buffer packedB, int rank) { }

    private final Backend backend;
    private final LoraLayout layout;
    private final Buffer flat;
    private final Buffer values;
    private final PackedMatrices packed;

    /** An adapter of zeros, which changes nothing and can learn nothing: to be written to. */
    LoraAdapter(Backend backend, ModelConfig config, LoraSettings settings, DType storage, String owner) {
        this.backend = backend;
        this.layout = new LoraLayout(config, settings);
        this.flat = backend.allocate(DType.F32, layout.length(), owner);
        this.values = storage == DType.F32 ? null : backend.allocate(storage, layout.length(), owner + " (bf16)");
        this.packed = new PackedMatrices(backend, matrices(), storage, owner + " (packed)");
    }

    /**
     * An adapter as PEFT begins: A uniform within 1 / sqrt(inputs), B zero, so that the model is as it was. A pure
     * function of the seed.
     *
     * @param base  the weights that it is for
     * @param owner whose memory it is, in the ledger
     */
    public static LoraAdapter random(Weights base, LoraSettings settings, long seed, String owner) {
        LoraAdapter adapter = new LoraAdapter(base.backend(), base.config(), settings, base.storage(), owner);
        Random random = new Random(seed);
        for (LoraLayout.Module module : adapter.layout.modules()) {
            int inputs = module.pair().inputs();
            double bound = 1 / Math.sqrt(inputs);
            float[] drawn = new float[settings.rank() * inputs];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
            adapter.a(module).put(drawn);
        }
        adapter.changed();
        return adapter;
    }

    private List<PackedMatrices.Matrix> matrices() {
        List<PackedMatrices.Matrix> all = new ArrayList<>();
        for (int layer = 0; layer < layout.config().layers(); layer++) {
            for (LinearSite site : LinearSite.values()) {
                LoraLayout.Pair pair = layout.pair(layer, site);
                if (pair != null) {
                    all.add(new PackedMatrices.Matrix(pair.a(values()), pair.rank(), pair.inputs()));
                    all.add(new PackedMatrices.Matrix(pair.b(values()), pair.outputs(), pair.rank()));
                }
            }
        }
        return all;
    }

    /** The matrices of a layer's product; null where nothing of it is targeted. */
    Pair pair(int layer, LinearSite site) {
        LoraLayout.Pair pair = layout.pair(layer, site);
        if (pair == null) {
            return null;
        }
        return new Pair(pair.a(values()), pair.b(values()), packed.get(2 * pair.index()),
                packed.get(2 * pair.index() + 1), pair.rank());
    }

    /** The matrices' places in another buffer laid out as {@link #flat}, without packed forms; or null. */
    Pair in(Buffer other, int layer, LinearSite site) {
        LoraLayout.Pair pair = layout.pair(layer, site);
        return pair == null ? null : new Pair(pair.a(other), pair.b(other), null, null, pair.rank());
    }

    /** A module's rows of A, F32[r, k]. */
    Buffer a(LoraLayout.Module module) {
        return flat.slice(layout.offsetOfA(module), layout.lengthOfA(module));
    }

    /** The rows F32[outputs, R] of B in which a module's B is the columns from its firstRank on. */
    Buffer rowsOfB(LoraLayout.Module module) {
        return flat.slice(layout.offsetOfB(module), layout.lengthOfB(module));
    }

    Backend backend() {
        return backend;
    }

    LoraLayout layout() {
        return layout;
    }

    /** The adapter's rank, scale and targets. */
    public LoraSettings settings() {
        return layout.settings();
    }

    /** Renews what is derived from {@link #flat}: to be called after every change of it. */
    void changed() {
        if (values != null) {
            backend.copy(values, flat);
        }
        packed.refresh();
    }

    /** The matrices A and B of every site, F32, laid out by {@link LoraLayout}. */
    Buffer flat() {
        return flat;
    }

    private Buffer values() {
        return values == null ? flat : values;
    }

    /** What an optimizer updates: all of it are matrices, which decay. */
    Trainable trainable() {
        return new Trainable(flat, values, layout.length(), LoraTensors.slices(layout), packed::refresh,
                new LoraTensors(layout, backend));
    }

    /** A mask F32[length of flat]: 1 where a parameter learns, 0 beside the diagonals of B. */
    Buffer mask(String owner) {
        Buffer mask = backend.allocate(DType.F32, layout.length(), owner);
        for (LoraLayout.Module module : layout.modules()) {
            LoraLayout.Pair pair = module.pair();
            backend.fill(pair.a(mask), 1);
            float[] b = new float[module.outputs() * pair.rank()];
            for (int row = 0; row < module.outputs(); row++) {
                int from = row * pair.rank() + module.firstRank();
                Arrays.fill(b, from, from + layout.settings().rank(), 1);
            }
            pair.b(mask).slice((long) module.firstRow() * pair.rank(), b.length).put(b);
        }
        return mask;
    }

    /** How many parameters learn: without the zeros that fill {@link #flat} up. */
    public long parameters() {
        long rank = layout.settings().rank();
        return layout.modules().stream().mapToLong(module -> rank * (module.pair().inputs() + module.outputs())).sum();
    }

    /** The SHA-256 of the values that passes read, as {@link Weights#sha256} writes it. */
    public String sha256() {
        return FloatDigest.sha256(values());
    }

    @Override
    public void close() {
        packed.close();
        flat.close();
        if (values != null) {
            values.close();
        }
    }
}
