package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;

/** The packed form of every matrix of a model. */
final class PackedWeights implements AutoCloseable {
    private final int layers;
    private final PackedMatrices matrices;

    PackedWeights(Backend backend, Layout layout, Buffer flat, String owner) {
        ModelConfig config = layout.config();
        layers = config.layers();
        List<PackedMatrices.Matrix> all = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            LayerTensors tensors = LayerTensors.of(flat, layout, layer);
            for (LinearSite site : LinearSite.values()) {
                all.add(new PackedMatrices.Matrix(tensors.matrix(site), site.outputs(config), site.inputs(config)));
            }
        }
        for (int tile = 0; tile < tiles(config.vocab()); tile++) {
            all.add(new PackedMatrices.Matrix(tile(layout.head(flat), config, tile), tileWidth(config.vocab(), tile),
                    config.width()));
        }
        matrices = new PackedMatrices(backend, all, flat.type(), owner);
    }

    /** How many vocabulary tiles the head has. */
    static int tiles(int vocab) {
        return (vocab + Backend.VOCAB_TILE - 1) / Backend.VOCAB_TILE;
    }

    /** How many ids are in a tile: {@link Backend#VOCAB_TILE}, fewer in the last. */
    static int tileWidth(int vocab, int tile) {
        return Math.min(Backend.VOCAB_TILE, vocab - tile * Backend.VOCAB_TILE);
    }

    /** A tile's rows of the head's matrix, or of its gradient. */
    static Buffer tile(Buffer head, ModelConfig config, int tile) {
        long width = config.width();
        return head.slice(tile * Backend.VOCAB_TILE * width, tileWidth(config.vocab(), tile) * width);
    }

    /** Packs every matrix again. */
    void refresh() {
        matrices.refresh();
    }

    /** A layer's product. */
    Buffer matrix(int layer, LinearSite site) {
        return matrices.get(layer * LinearSite.values().length + site.ordinal());
    }

    /** The head's rows of one vocabulary tile. */
    Buffer head(int tile) {
        return matrices.get(layers * LinearSite.values().length + tile);
    }

    @Override
    public void close() {
        matrices.close();
    }
}
