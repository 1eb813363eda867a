package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * The file of what AdamW knows: both moments of every tensor that learns, F32, under the tensor's name and PyTorch's
 * for the moment ({@code model.norm.weight.exp_avg}); the steps made and the tokens learned from are strings of the
 * header.
 */
final class OptimizerFile implements AutoCloseable {
    static final String NAME = "optimizer.safetensors";
    private static final String STEPS = "optimizer_steps";
    private static final String NUM_TOKENS = "num_tokens";
    private static final String FIRST = ".exp_avg";
    private static final String SECOND = ".exp_avg_sq";

    private final SafetensorsFile file;
    private final FlatTensors tensors;

    private OptimizerFile(SafetensorsFile file, FlatTensors tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    /**
     * Writes the file into a folder, which exists.
     *
     * @param first the first moment, laid out as the flat buffer of what learns
     * @param steps the optimizer steps made
     */
    static void write(Path folder, FlatTensors tensors, Elements first, Elements second, int steps, long numTokens)
            throws IOException {
        SortedMap<String, SafetensorsWriter.Tensor> all = new TreeMap<>();
        tensors.in(first).forEach((name, tensor) -> all.put(name + FIRST, tensor));
        tensors.in(second).forEach((name, tensor) -> all.put(name + SECOND, tensor));
        SafetensorsWriter.write(folder.resolve(NAME), all, DType.F32, new TreeMap<>(
                Map.of(STEPS, Integer.toString(steps), NUM_TOKENS, Long.toString(numTokens))));
    }

    /**
     * Opens the file of a folder and checks that it holds the moments of these tensors, and no others.
     *
     * @param like elements that are laid out as the flat buffer; none is read
     * @throws ModelFormatException naming the file and the first difference
     */
    static OptimizerFile open(Path folder, FlatTensors tensors, Elements like) throws IOException {
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(NAME));
        try {
            OptimizerFile opened = new OptimizerFile(file, tensors);
            opened.check(tensors.in(like));
            return opened;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void check(SortedMap<String, SafetensorsWriter.Tensor> wanted) throws ModelFormatException {
        Set<String> extra = new TreeSet<>(file.tensors().keySet());
        for (Map.Entry<String, SafetensorsWriter.Tensor> tensor : wanted.entrySet()) {
            for (String moment : Arrays.asList(FIRST, SECOND)) {
                requireShape(tensor.getKey() + moment, tensor.getValue().shape());
                extra.remove(tensor.getKey() + moment);
            }
        }
        if (!extra.isEmpty()) {
            throw new ModelFormatException(file.path(), "holds tensor " + extra.iterator().next()
                    + ", which the model that is trained knows nothing of");
        }
    }

    private void requireShape(String name, int[] shape) throws ModelFormatException {
        SafetensorsHeader.Entry entry = file.tensors().get(name);
        if (entry == null) {
            throw new ModelFormatException(file.path(), "lacks tensor " + name + ", which training goes on with");
        }
        if (entry.type() != TensorType.F32
                || !Arrays.equals(entry.shape(), Arrays.stream(shape).asLongStream().toArray())) {
            throw new ModelFormatException(file.path(), "tensor '" + name + "' is " + entry + "; the model that is "
                    + "trained has F32" + Arrays.toString(shape));
        }
    }

    /** The optimizer steps that the header tells. */
    int steps() throws ModelFormatException {
        return (int) count(STEPS, Integer.MAX_VALUE);
    }

    /** The tokens learned from that the header tells. */
    long numTokens() throws ModelFormatException {
        return count(NUM_TOKENS, Long.MAX_VALUE);
    }

    private long count(String name, long most) throws ModelFormatException {
        String text = file.metadata().get(name);
        if (text == null || !text.matches("\\d{1,18}") || Long.parseLong(text) > most) {
            throw new ModelFormatException(file.path(), "says " + name + ": " + text + " in its header; it must be a "
                    + "number from 0");
        }
        return Long.parseLong(text);
    }

    /** Reads both moments to their places. */
    void read(Buffer first, Buffer second) throws IOException {
        tensors.read(file, name -> name + FIRST, first);
        tensors.read(file, name -> name + SECOND, second);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
