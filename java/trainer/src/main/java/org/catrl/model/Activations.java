package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.Heads;

/**
 * What a layer computes between its input and its output, for N rows. The statistics are there only when a backward
 * follows, null otherwise.
 *
 * @param inputNorm F32[N, C]
 * @param inputRstd F32[N], or null
 * @param qkv       F32[N, (H + 2K) D]
 * @param query     F32[N, H D], after norm and RoPE
 * @param attended  F32[N, H D]
 * @param lse       F32[N, H], or null
 * @param middle    F32[N, C], the residual stream after attention
 * @param postNorm  F32[N, C]
 * @param postRstd  F32[N], or null
 * @param gateUp    F32[N, 2F]
 * @param glu       F32[N, F]
 */
record Activations(Buffer inputNorm, Buffer inputRstd, Buffer qkv, Buffer query, Buffer attended, Buffer lse,
                   Buffer middle, Buffer postNorm, Buffer postRstd, Buffer gateUp, Buffer glu) {
    /** For a pass without backward, in place on the residual stream. */
    static Activations inPlace(Workspace workspace, ModelConfig config, long rows, Buffer residual) {
        Heads heads = config.heads();
        Buffer norm = workspace.floats(rows * config.width());
        return new Activations(norm, null, workspace.floats(rows * heads.fusedWidth()),
                workspace.floats(rows * heads.queryWidth()), workspace.floats(rows * heads.queryWidth()), null,
                residual, norm, null, workspace.floats(rows * 2 * config.ffn()),
                workspace.floats(rows * config.ffn()));
    }

    /** With all that a backward needs. */
    static Activations kept(Workspace workspace, ModelConfig config, long rows) {
        Heads heads = config.heads();
        return new Activations(workspace.floats(rows * config.width()), workspace.floats(rows),
                workspace.floats(rows * heads.fusedWidth()), workspace.floats(rows * heads.queryWidth()),
                workspace.floats(rows * heads.queryWidth()), workspace.floats(rows * heads.query()),
                workspace.floats(rows * config.width()), workspace.floats(rows * config.width()),
                workspace.floats(rows), workspace.floats(rows * 2 * config.ffn()),
                workspace.floats(rows * config.ffn()));
    }
}
