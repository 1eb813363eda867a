package org.catrl.model;

import org.catrl.compute.Buffer;

/**
 * Where the gradients of a layer's activations stand while it goes backward; every layer uses the same.
 *
 * @param norm     storage[N, C], of either norm's output
 * @param branch   storage[N, C], of what a branch adds to the residual stream before its norm; null without such norms
 * @param attended storage[N, H D]
 * @param qkv      storage[N, (H + 2K) D]
 * @param glu      storage[N, F]
 * @param low      storage[N, R] of the widest adapter, or null without one
 */
record LayerGradients(Buffer norm, Buffer branch, Buffer attended, Buffer qkv, Buffer glu,
                      Buffer low) {
    /** Memory for the gradients of that many rows. */
    static LayerGradients of(Workspace workspace, Weights weights, long rows) {
        ModelConfig config = weights.config();
        return new LayerGradients(workspace.stored(rows * config.width()),
                config.family().normedBranches() ? workspace.stored(rows * config.width()) : null,
                workspace.stored(rows * config.heads().queryWidth()),
                workspace.stored(rows * config.heads().fusedWidth()), workspace.stored(rows * config.ffn()),
                weights.adapter() == null ? null : workspace.stored(rows * weights.adapter().layout().widest()));
    }
}
