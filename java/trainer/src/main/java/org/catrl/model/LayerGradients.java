package org.catrl.model;

import org.catrl.compute.Buffer;

/**
 * Where the gradients of a layer's activations stand while it goes backward; every layer uses the same.
 *
 * @param norm     F32[N, C], of either norm's output
 * @param attended F32[N, H D]
 * @param qkv      F32[N, (H + 2K) D]
 * @param glu      F32[N, F]
 */
record LayerGradients(Buffer norm, Buffer attended, Buffer qkv, Buffer glu) {
    static LayerGradients of(Workspace workspace, ModelConfig config, long rows) {
        return new LayerGradients(workspace.floats(rows * config.width()),
                workspace.floats(rows * config.heads().queryWidth()),
                workspace.floats(rows * config.heads().fusedWidth()), workspace.floats(rows * config.ffn()));
    }
}
