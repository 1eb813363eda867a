package org.catrl.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * A model's parameters in one flat buffer, with named slices and with the packed forms that products read. In BF16
 * there are two: {@link #flat} in F32, which the optimizer updates, and {@link #values}, its copy rounded, which
 * everything else reads; frozen weights have only the latter. Whoever writes to flat calls {@link #changed} before the
 * next forward pass.
 */
public final class Weights implements AutoCloseable {
    private static final double INITIAL_DEVIATION = 0.02;

    private final Backend backend;
    private final ModelConfig config;
    private final Layout layout;
    private final DType storage;
    private final Buffer flat;
    private final Buffer values;
    private final PackedWeights packed;
    private final LoraAdapter adapter;

    private Weights(Backend backend, ModelConfig config, DType storage, boolean frozen, String owner) {
        if (!backend.storageTypes().contains(storage)) {
            throw new IllegalArgumentException("the backend " + backend.name() + " stores "
                    + backend.storageTypes() + ", not " + storage);
        }
        this.backend = backend;
        this.config = config;
        this.layout = new Layout(config);
        this.storage = storage;
        boolean rounded = storage != DType.F32;
        this.values = rounded ? backend.allocate(storage, layout.length(), owner + " (bf16)") : null;
        this.flat = rounded && frozen ? null : backend.allocate(DType.F32, layout.length(), owner);
        this.packed = new PackedWeights(backend, layout, values(), owner + " (packed)");
        this.adapter = null;
    }

    /** Weights in the same memory, seen through an adapter. */
    private Weights(Weights base, LoraAdapter adapter) {
        this.backend = base.backend;
        this.config = base.config;
        this.layout = base.layout;
        this.storage = base.storage;
        this.flat = base.flat;
        this.values = base.values;
        this.packed = base.packed;
        this.adapter = adapter;
    }

    /**
     * Reads config.json and model.safetensors (or the shards its index lists) of a Hugging Face folder.
     *
     * @param owner whose memory it is, in the ledger
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static Weights load(Backend backend, Path folder, String owner) throws IOException {
        return load(backend, folder, DType.F32, false, owner);
    }

    /**
     * Reads the weights of a Hugging Face folder into a storage type.
     *
     * @param storage what forward and backward passes read and store
     * @param frozen  never to be updated: takes no memory for it
     * @param owner   whose memory it is, in the ledger
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static Weights load(Backend backend, Path folder, DType storage, boolean frozen, String owner)
            throws IOException {
        return load(backend, folder, storage, frozen, owner, LoadListener.NONE);
    }

    /**
     * Reads the weights of a Hugging Face folder, as {@link #load(Backend, Path, DType, boolean, String)} does.
     *
     * @param listener hears how far it is
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static Weights load(Backend backend, Path folder, DType storage, boolean frozen, String owner,
                               LoadListener listener) throws IOException {
        ModelConfig config = ModelConfig.read(folder);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            CheckpointReader reader = new CheckpointReader(checkpoint, new Layout(config), folder);
            reader.check();
            return read(new Weights(backend, config, storage, frozen, owner), reader, listener);
        }
    }

    private static Weights read(Weights into, CheckpointReader reader, LoadListener listener) throws IOException {
        try {
            reader.read(into.flat(), listener);
            into.changed();
            return into;
        } catch (IOException | RuntimeException | Error e) {
            into.close();
            throw e;
        }
    }

    /**
     * Random weights: matrices normal with deviation {@value #INITIAL_DEVIATION}, those that write to the residual
     * stream divided by sqrt(2 layers) (Radford et al. 2019), norms the identity, biases 0. A pure function of the
     * seed.
     */
    public static Weights random(Backend backend, ModelConfig config, long seed, String owner) {
        return random(backend, config, seed, owner, DType.F32);
    }

    /** Random weights, as {@link #random(Backend, ModelConfig, long, String)} draws them, in a storage type. */
    public static Weights random(Backend backend, ModelConfig config, long seed, String owner, DType storage) {
        Weights weights = new Weights(backend, config, storage, false, owner);
        Random random = new Random(seed);
        for (Layout.Tensor tensor : weights.layout.tensors()) {
            Buffer slice = tensor.in(weights.flat());
            if (tensor.shape().length == 2) {
                fillNormal(slice, random, weights.deviation(tensor.name()));
            } else if (tensor.name().endsWith("norm.weight")) {
                backend.fill(slice, 1 - config.normOffset());
            }
        }
        weights.changed();
        return weights;
    }

    private double deviation(String name) {
        boolean residual = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
        return residual ? INITIAL_DEVIATION / Math.sqrt(2.0 * config.layers()) : INITIAL_DEVIATION;
    }

    private static void fillNormal(Buffer slice, Random random, double deviation) {
        float[] values = new float[(int) Math.min(1 << 16, slice.length())];
        for (long done = 0; done < slice.length(); done += values.length) {
            int count = (int) Math.min(values.length, slice.length() - done);
            for (int i = 0; i < count; i++) {
                values[i] = (float) (random.nextGaussian() * deviation);
            }
            slice.write(done, values, 0, count);
        }
    }

    /**
     * Weights of zeros.
     *
     * @param frozen never to be updated: takes no memory for it
     */
    public static Weights empty(Backend backend, ModelConfig config, DType storage, boolean frozen, String owner) {
        return new Weights(backend, config, storage, frozen, owner);
    }

    /** A copy of these weights in memory of its own. */
    public Weights copy(String owner) {
        return copy(owner, storage);
    }

    /** A copy of these weights, in a storage type, in memory of its own. */
    Weights copy(String owner, DType storage) {
        Weights copy = new Weights(backend, config, storage, flat == null, owner);
        backend.copy(copy.flat(), flat());
        copy.changed();
        return copy;
    }

    /**
     * These weights with an adapter, in the same memory: passes over the result compute what the adapter makes of them,
     * and only the adapter learns; passes over these are as before. Who made either closes it; the result need not be.
     */
    public Weights with(LoraAdapter adapter) {
        if (!adapter.layout().config().equals(config) || adapter.backend() != backend) {
            throw new IllegalArgumentException("the adapter was made for a model of another shape or backend");
        }
        return new Weights(this, adapter);
    }

    /**
     * Weights of their own in F32 that compute what these do with their adapter: every W becomes W + alpha / rank B A.
     */
    public Weights merged(String owner) {
        Weights merged = new Weights(backend, config, DType.F32, true, owner);
        backend.copy(merged.flat(), flat());
        for (int layer = 0; adapter != null && layer < config.layers(); layer++) {
            for (LinearSite site : LinearSite.values()) {
                merge(LayerTensors.of(merged.flat(), layout, layer).matrix(site), layer, site);
            }
        }
        merged.changed();
        return merged;
    }

    /** Computes matrix F32[n, k] += scale B A, as one product by the transpose of A. */
    private void merge(Buffer matrix, int layer, LinearSite site) {
        LoraAdapter.Pair pair = adapter.in(adapter.flat(), layer, site);
        if (pair == null) {
            return;
        }
        int n = site.outputs(config);
        int k = site.inputs(config);
        try (Buffer transposed = backend.allocate(DType.F32, (long) k * pair.rank(), "merging");
                PackedMatrices packed = new PackedMatrices(backend,
                        List.of(new PackedMatrices.Matrix(transposed, k, pair.rank())), DType.F32, "merging")) {
            transposed.put(transposed(pair.a().floats(), pair.rank(), k));
            backend.scale(transposed, adapter.settings().scale());
            packed.refresh();
            backend.linear(matrix, pair.b(), packed.get(0), null, matrix, n, k, pair.rank());
        }
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] result = new float[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = matrix[i * columns + j];
            }
        }
        return result;
    }

    /** The adapter that these weights are seen through, or null. */
    LoraAdapter adapter() {
        return adapter;
    }

    /** What an optimizer updates: the adapter if there is one. */
    Trainable trainable() {
        return adapter != null ? adapter.trainable() : new Trainable(flat(), values, decayedLength(), layout.tensors()
                .stream().map(tensor -> new Trainable.Slice(tensor.name(), tensor.offset(), tensor.length())).toList(),
                this::repacked, layout);
    }

    /** The name of the first tensor that learns. */
    public String firstLearned() {
        return trainable().slices().get(0).name();
    }

    /** The backend whose memory holds them. */
    public Backend backend() {
        return backend;
    }

    /** What they compute. */
    public ModelConfig config() {
        return config;
    }

    /** The parameters F32[length], all of them; of frozen weights in BF16, {@link #values}. */
    public Buffer flat() {
        return flat == null ? values : flat;
    }

    /** The parameters storage[length] as passes read them. */
    Buffer values() {
        return values == null ? flat : values;
    }

    /** The type that forward and backward passes read and store. */
    public DType storage() {
        return storage;
    }

    /** How many elements {@link #flat} has. */
    public long length() {
        return layout.length();
    }

    /** How many leading elements are matrices, which weight decay shrinks; the rest are norms and biases. */
    public long decayedLength() {
        return layout.decayedLength();
    }

    /** Renews what is derived from {@link #flat}: to be called after every change of it. */
    public void changed() {
        if (values != null && flat != null) {
            backend.copy(values, flat);
        }
        repacked();
    }

    /** Renews the packed forms, when {@link #values} is up to date. */
    private void repacked() {
        packed.refresh();
    }

    Layout layout() {
        return layout;
    }

    PackedWeights packed() {
        return packed;
    }

    /** Writes config.json and model.safetensors, F32, creating the folder. */
    public void save(Path folder) throws IOException {
        save(folder, DType.F32);
    }

    /**
     * Writes config.json and model.safetensors, creating the folder.
     *
     * @param type F32, or BF16 rounded to nearest
     */
    public void save(Path folder, DType type) throws IOException {
        save(folder, type, Elements.of(flat()));
    }

    /** Writes the same files, F32, of a state of these weights; by any thread. */
    public void save(Path folder, TrainingState state) throws IOException {
        save(folder, DType.F32, state.weights());
    }

    private void save(Path folder, DType type, Elements elements) throws IOException {
        Files.createDirectories(folder);
        SafetensorsWriter.write(folder.resolve(Checkpoint.SINGLE), layout.in(elements), type);
        config.write(folder, type);
    }

    /**
     * Reads weights of the same model in place of these.
     *
     * @throws ModelFormatException naming the file and what is wrong with it; before anything is read where the
     *                              folder's model is of another shape
     */
    public void restore(Path folder) throws IOException {
        if (!ModelConfig.read(folder).equals(config)) {
            throw new ModelFormatException(folder.resolve(ConfigFile.NAME), "describes another model than the one that "
                    + "is trained");
        }
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            CheckpointReader reader = new CheckpointReader(checkpoint, layout, folder);
            reader.check();
            reader.read(flat(), LoadListener.NONE);
        }
        changed();
    }

    /**
     * The SHA-256 of the values that passes read, as F32, little-endian, in the order of {@link #flat}, in lower case.
     */
    public String sha256() {
        return FloatDigest.sha256(values());
    }

    @Override
    public void close() {
        if (adapter != null) {
            return;
        }
        packed.close();
        if (flat != null) {
            flat.close();
        }
        if (values != null) {
            values.close();
        }
    }
}
