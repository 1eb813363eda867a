package org.catrl.model;

import org.catrl.compute.Buffer;

/**
 * Where the gradients of a layer's activations stand while it goes backward; every layer uses the same.
 *
 * @param norm     REAL[N, C], of either norm's output
 * @param branch   REAL[N, C], of what a branch adds to the residual stream before its norm; null without such norms
 * @param attended REAL[N, H D]
 * @param qkv      REAL[N, (H + 2K) D]
 * @param glu      REAL[N, F]
 */
record LayerGradients(Buffer norm, Buffer branch, Buffer attended, Buffer qkv, Buffer glu) {
    static LayerGradients of(Workspace workspace, ModelConfig config, long rows) {
        return new LayerGradients(workspace.reals(rows * config.width()),
                config.family().normedBranches() ? workspace.reals(rows * config.width()) : null,
                workspace.reals(rows * config.heads().queryWidth()),
                workspace.reals(rows * config.heads().fusedWidth()), workspace.reals(rows * config.ffn()));
    }
}
