package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.catrl.compute.Buffer;

/** Matches a checkpoint's tensors with a layout, names every difference, and reads them. */
final class CheckpointReader {
    private final Checkpoint checkpoint;
    private final Layout layout;
    private final Path folder;
    private final TensorNames names;

    CheckpointReader(Checkpoint checkpoint, Layout layout, Path folder) {
        this.checkpoint = checkpoint;
        this.layout = layout;
        this.folder = folder;
        this.names = TensorNames.of(checkpoint.fileOf().keySet());
    }

    /** Checks, before memory is taken, that every tensor is there in its shape, and no other. */
    void check() throws IOException {
        requireNames();
        for (Layout.Tensor tensor : layout.tensors()) {
            requireShape(tensor, storedName(tensor.name()));
        }
        requireOneTiedMatrix();
    }

    /** Writes every tensor to its place in the flat buffer. */
    void read(Buffer flat, LoadListener listener) throws IOException {
        long all = layout.tensors().stream().mapToLong(tensor -> bytes(storedName(tensor.name()))).sum();
        long[] done = new long[1];
        for (Layout.Tensor tensor : layout.tensors()) {
            String stored = storedName(tensor.name());
            file(stored).readFinite(stored, tensor.in(flat), bytes -> listener.loaded(done[0] += bytes, all));
        }
    }

    /** The name in the files. A tied model stores its one matrix under either name, or under both. */
    private String storedName(String name) {
        boolean underHead = layout.config().tied() && name.equals(Layout.EMBEDDING)
                && !checkpoint.fileOf().containsKey(names.stored(name));
        return names.stored(underHead ? Layout.HEAD : name);
    }

    private long bytes(String stored) {
        return file(stored).tensors().get(stored).length();
    }

    private SafetensorsFile file(String stored) {
        return checkpoint.fileOf().get(stored);
    }

    private void requireNames() throws ModelFormatException {
        Set<String> stored = checkpoint.fileOf().keySet();
        Set<String> missing = new TreeSet<>();
        Set<String> extra = new TreeSet<>(stored);
        for (Layout.Tensor tensor : layout.tensors()) {
            if (!stored.contains(storedName(tensor.name()))) {
                missing.add(tensor.name());
            }
            extra.remove(names.stored(tensor.name()));
        }
        if (layout.config().tied()) {
            extra.remove(names.stored(Layout.HEAD));
        }
        extra.removeIf(names::ignored);
        if (!missing.isEmpty()) {
            throw new ModelFormatException(folder, "lacks " + list(missing) + ", which its config.json asks for");
        }
        if (!extra.isEmpty()) {
            throw new ModelFormatException(folder, "holds " + list(extra) + ", which its config.json knows nothing of");
        }
    }

    private static String list(Set<String> names) {
        String first = String.join(", ", names.stream().limit(5).toList());
        return names.size() == 1 ? "tensor " + first
                : names.size() + " tensors: " + first + (names.size() > 5 ? ", ..." : "");
    }

    private void requireShape(Layout.Tensor tensor, String stored) throws ModelFormatException {
        SafetensorsHeader.Entry entry = file(stored).tensors().get(stored);
        long[] wanted = Arrays.stream(tensor.shape()).asLongStream().toArray();
        if (Arrays.equals(entry.shape(), wanted)) {
            return;
        }
        boolean vocabulary = tensor.name().equals(Layout.EMBEDDING) || tensor.name().equals(Layout.HEAD);
        if (vocabulary && entry.shape().length == 2 && entry.shape()[1] == wanted[1]) {
            throw new ModelFormatException(file(stored).path(), "tensor '" + stored + "' has " + entry.shape()[0]
                    + " rows, but config.json's vocab_size is " + wanted[0] + ": the vocabularies do not match");
        }
        throw new ModelFormatException(file(stored).path(), "tensor '" + stored + "' has shape "
                + Arrays.toString(entry.shape()) + ", but config.json asks for " + Arrays.toString(wanted));
    }

    private void requireOneTiedMatrix() throws IOException {
        Map<String, SafetensorsFile> files = checkpoint.fileOf();
        String embedding = names.stored(Layout.EMBEDDING);
        String head = names.stored(Layout.HEAD);
        if (layout.config().tied() && files.containsKey(embedding) && files.containsKey(head)
                && !files.get(embedding).holdsTheSame(embedding, files.get(head), head)) {
            throw new ModelFormatException(folder, "config.json says tie_word_embeddings, but " + embedding + " and "
                    + head + " differ");
        }
    }
}
