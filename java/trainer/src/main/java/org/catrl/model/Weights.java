package org.catrl.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * A model's parameters in one flat F32 buffer, with named slices and with the packed forms that products read. Whoever
 * writes to {@link #flat} calls {@link #changed} before the next forward pass.
 */
public final class Weights implements AutoCloseable {
    private static final double INITIAL_DEVIATION = 0.02;

    private final Backend backend;
    private final ModelConfig config;
    private final Layout layout;
    private final Buffer flat;
    private final PackedWeights packed;

    private Weights(Backend backend, ModelConfig config, String owner) {
        this.backend = backend;
        this.config = config;
        this.layout = new Layout(config);
        this.flat = backend.allocate(DType.F32, layout.length(), owner);
        this.packed = new PackedWeights(backend, layout, flat, owner + " (packed)");
    }

    /**
     * Reads config.json and model.safetensors (or the shards its index lists) of a Hugging Face folder.
     *
     * @param owner whose memory it is, in the ledger
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static Weights load(Backend backend, Path folder, String owner) throws IOException {
        Weights weights = new Weights(backend, ModelConfig.read(folder), owner);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            new CheckpointReader(checkpoint, weights.layout, folder).read(weights.flat);
            weights.changed();
            return weights;
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /**
     * Matrices normal with deviation {@value #INITIAL_DEVIATION}, those that write to the residual stream divided by
     * sqrt(2 layers) (Radford et al. 2019), norms 1, biases 0: a pure function of the seed.
     */
    public static Weights random(Backend backend, ModelConfig config, long seed, String owner) {
        Weights weights = new Weights(backend, config, owner);
        Random random = new Random(seed);
        for (Layout.Tensor tensor : weights.layout.tensors()) {
            Buffer slice = tensor.in(weights.flat);
            if (tensor.shape().length == 2) {
                fillNormal(slice, random, weights.deviation(tensor.name()));
            } else if (tensor.name().endsWith("norm.weight")) {
                backend.fill(slice, 1);
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

    /** The same values in memory of their own. */
    public Weights copy(String owner) {
        Weights copy = new Weights(backend, config, owner);
        backend.copy(copy.flat, flat);
        copy.changed();
        return copy;
    }

    public Backend backend() {
        return backend;
    }

    public ModelConfig config() {
        return config;
    }

    /** F32[length]: every parameter. */
    public Buffer flat() {
        return flat;
    }

    /** Elements of {@link #flat}. */
    public long length() {
        return layout.length();
    }

    /** How many leading elements are matrices, which weight decay shrinks; the rest are norms and biases. */
    public long decayedLength() {
        return layout.decayedLength();
    }

    /** Renews what is derived from {@link #flat}: to be called after every change of it. */
    public void changed() {
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
        Files.createDirectories(folder);
        SortedMap<String, SafetensorsWriter.Tensor> tensors = new TreeMap<>();
        for (Layout.Tensor tensor : layout.tensors()) {
            tensors.put(tensor.name(), new SafetensorsWriter.Tensor(tensor.shape(), tensor.in(flat)));
        }
        SafetensorsWriter.write(folder.resolve(Checkpoint.SINGLE), tensors);
        config.write(folder);
    }

    /** Of the F32 values, little-endian, in the order of {@link #flat}; lower-case hexadecimal. */
    public String sha256() {
        return FloatDigest.sha256(flat);
    }

    @Override
    public void close() {
        packed.close();
        flat.close();
    }
}
