package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.Heads;

/**
 * What a layer computes between its input and its output, for N rows. The statistics are there only when a backward
 * follows, null otherwise.
 *
 * @param inputNorm REAL[N, C]
 * @param inputRstd F32[N], or null
 * @param qkv       REAL[N, (H + 2K) D]
 * @param query     REAL[N, H D], after norm and RoPE
 * @param attended  REAL[N, H D]
 * @param lse       F32[N, H], or null
 * @param middle    REAL[N, C], the residual stream after attention
 * @param postNorm  REAL[N, C]
 * @param postRstd  F32[N], or null
 * @param gateUp    REAL[N, 2F]
 * @param glu       REAL[N, F]
 */
record Activations(Buffer inputNorm, Buffer inputRstd, Buffer qkv, Buffer query, Buffer attended, Buffer lse,
                   Buffer middle, Buffer postNorm, Buffer postRstd, Buffer gateUp, Buffer glu) {
    /** For a pass without backward, in place on the residual stream. */
    static Activations inPlace(Workspace workspace, ModelConfig config, long rows, Buffer residual) {
        Heads heads = config.heads();
        Buffer norm = workspace.reals(rows * config.width());
        return new Activations(norm, null, workspace.reals(rows * heads.fusedWidth()),
                workspace.reals(rows * heads.queryWidth()), workspace.reals(rows * heads.queryWidth()), null,
                residual, norm, null, workspace.reals(rows * 2 * config.ffn()),
                workspace.reals(rows * config.ffn()));
    }

    /** With all that a backward needs. */
    static Activations kept(Workspace workspace, ModelConfig config, long rows) {
        Heads heads = config.heads();
        return new Activations(workspace.reals(rows * config.width()), workspace.floats(rows),
                workspace.reals(rows * heads.fusedWidth()), workspace.reals(rows * heads.queryWidth()),
                workspace.reals(rows * heads.queryWidth()), workspace.floats(rows * heads.query()),
                workspace.reals(rows * config.width()), workspace.reals(rows * config.width()),
                workspace.floats(rows), workspace.reals(rows * 2 * config.ffn()),
                workspace.reals(rows * config.ffn()));
    }
}
