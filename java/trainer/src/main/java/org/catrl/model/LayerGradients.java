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
 * @param low      REAL[N, R] of the widest adapter, or null without one
 */
record LayerGradients(Buffer norm, Buffer branch, Buffer attended, Buffer qkv, Buffer glu,
                      Buffer low) {
    static LayerGradients of(Workspace workspace, Weights weights, long rows) {
        ModelConfig config = weights.config();
        return new LayerGradients(workspace.reals(rows * config.width()),
                config.family().normedBranches() ? workspace.reals(rows * config.width()) : null,
                workspace.reals(rows * config.heads().queryWidth()),
                workspace.reals(rows * config.heads().fusedWidth()), workspace.reals(rows * config.ffn()),
                weights.adapter() == null ? null : workspace.reals(rows * weights.adapter().layout().widest()));
    }
}
