package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * The backend's own form of every matrix that {@link Backend#linear} multiplies by, in one buffer; a backend that needs
 * no form of its own is handed the matrix as it is, and no memory is taken.
 */
final class PackedWeights implements AutoCloseable {
    /** A layer's packed matrices, under the names of {@link LayerTensors}. */
    record Layer(Buffer qkv, Buffer output, Buffer gateUp, Buffer down) { }

    private record Matrix(Buffer weight, int rows, int columns) { }

    private final Backend backend;
    private final List<Matrix> matrices = new ArrayList<>();
    private final List<Buffer> packed = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final Buffer memory;

    PackedWeights(Backend backend, Layout layout, Buffer flat, String owner) {
        this.backend = backend;
        ModelConfig config = layout.config();
        for (int layer = 0; layer < config.layers(); layer++) {
            LayerTensors tensors = LayerTensors.of(flat, layout, layer);
            matrices.add(new Matrix(tensors.qkv(), config.heads().fusedWidth(), config.width()));
            matrices.add(new Matrix(tensors.output(), config.width(), config.heads().queryWidth()));
            matrices.add(new Matrix(tensors.gateUp(), 2 * config.ffn(), config.width()));
            matrices.add(new Matrix(tensors.down(), config.width(), config.ffn()));
        }
        for (int tile = 0; tile < tiles(config.vocab()); tile++) {
            matrices.add(new Matrix(tile(layout.head(flat), config, tile), tileWidth(config.vocab(), tile),
                    config.width()));
        }
        long total = matrices.stream().mapToLong(this::length).sum();
        memory = total == 0 ? null : backend.allocate(flat.type(), total, owner);
        cut();
        for (int i = 0; i < 4 * config.layers(); i += 4) {
            layers.add(new Layer(packed.get(i), packed.get(i + 1), packed.get(i + 2), packed.get(i + 3)));
        }
    }

    private long length(Matrix matrix) {
        return backend.packedLength(matrix.rows(), matrix.columns());
    }

    private void cut() {
        long offset = 0;
        for (Matrix matrix : matrices) {
            long length = length(matrix);
            packed.add(length == 0 ? matrix.weight() : memory.slice(offset, length));
            offset += length;
        }
    }

    /** Vocabulary tiles of the head. */
    static int tiles(int vocab) {
        return (vocab + Backend.VOCAB_TILE - 1) / Backend.VOCAB_TILE;
    }

    /** Ids in a tile: {@link Backend#VOCAB_TILE}, fewer in the last. */
    static int tileWidth(int vocab, int tile) {
        return Math.min(Backend.VOCAB_TILE, vocab - tile * Backend.VOCAB_TILE);
    }

    /** A tile's rows of the head's matrix, or of its gradient. */
    static Buffer tile(Buffer head, ModelConfig config, int tile) {
        long width = config.width();
        return head.slice(tile * Backend.VOCAB_TILE * width, tileWidth(config.vocab(), tile) * width);
    }

    /** Packs every matrix again that is packed. */
    void refresh() {
        for (int i = 0; i < matrices.size(); i++) {
            Matrix matrix = matrices.get(i);
            if (length(matrix) > 0) {
                backend.pack(packed.get(i), matrix.weight(), matrix.rows(), matrix.columns());
            }
        }
    }

    Layer layer(int layer) {
        return layers.get(layer);
    }

    /** The head's rows of one vocabulary tile. */
    Buffer head(int tile) {
        return packed.get(4 * layers.size() + tile);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
