package org.catrl.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.catrl.compute.Buffer;
import org.catrl.compute.HeadShape;

/**
 * What a layer computes between its input and its output, for N rows. The statistics are there only when a backward
 * follows, null otherwise.
 *
 * @param inputNorm      REAL[N, C]
 * @param inputRstd      F32[N], or null
 * @param qkv            REAL[N, (H + 2K) D]
 * @param query          REAL[N, H D], after norm and RoPE
 * @param attended       REAL[N, H D]
 * @param lse            F32[N, H], or null
 * @param attentionOut   what attention adds to the residual stream, before its norm; null without such norms
 * @param middle         REAL[N, C], the residual stream after attention
 * @param postNorm       REAL[N, C]
 * @param postRstd       F32[N], or null
 * @param gateUp         REAL[N, 2F]
 * @param glu            REAL[N, F]
 * @param feedForwardOut what the feed-forward part adds, likewise
 * @param lows           by {@link LinearSite}: the adapter's REAL[N, R], or null
 */
record Activations(Buffer inputNorm, Buffer inputRstd, Buffer qkv, Buffer query, Buffer attended, Buffer lse,
                   Branch attentionOut, Buffer middle, Buffer postNorm, Buffer postRstd, Buffer gateUp, Buffer glu,
                   Branch feedForwardOut, List<Buffer> lows) {
    /**
     * What a branch of the layer computed, and its norm.
     *
     * @param out    REAL[N, C]
     * @param rstd   F32[N], or null
     * @param normed REAL[N, C]
     */
    record Branch(Buffer out, Buffer rstd, Buffer normed) { }

    /** A site's {@link Projection#forward low}; null without an adapter. */
    Buffer low(LinearSite site) {
        return lows.get(site.ordinal());
    }

    /** For a pass without backward, in place on the residual stream. */
    static Activations inPlace(Workspace workspace, Weights weights, long rows, Buffer residual) {
        ModelConfig config = weights.config();
        HeadShape heads = config.heads();
        Buffer norm = workspace.reals(rows * config.width());
        Branch branch = config.family().normedBranches() ? new Branch(norm, null, norm) : null;
        return new Activations(norm, null, workspace.reals(rows * heads.fusedWidth()),
                workspace.reals(rows * heads.queryWidth()), workspace.reals(rows * heads.queryWidth()), null,
                branch, residual, norm, null, workspace.reals(rows * 2 * config.ffn()),
                workspace.reals(rows * config.ffn()), branch, shared(workspace, weights.adapter(), rows));
    }

    /** With all that a backward needs. */
    static Activations kept(Workspace workspace, Weights weights, long rows) {
        ModelConfig config = weights.config();
        HeadShape heads = config.heads();
        return new Activations(workspace.reals(rows * config.width()), workspace.floats(rows),
                workspace.reals(rows * heads.fusedWidth()), workspace.reals(rows * heads.queryWidth()),
                workspace.reals(rows * heads.queryWidth()), workspace.floats(rows * heads.query()),
                branch(workspace, config, rows), workspace.reals(rows * config.width()),
                workspace.reals(rows * config.width()), workspace.floats(rows),
                workspace.reals(rows * 2 * config.ffn()), workspace.reals(rows * config.ffn()),
                branch(workspace, config, rows), own(workspace, weights.adapter(), rows));
    }

    private static Branch branch(Workspace workspace, ModelConfig config, long rows) {
        return config.family().normedBranches() ? new Branch(workspace.reals(rows * config.width()),
                workspace.floats(rows), workspace.reals(rows * config.width())) : null;
    }

    /** One for all sites. */
    private static List<Buffer> shared(Workspace workspace, LoraAdapter adapter, long rows) {
        Buffer low = adapter == null ? null : workspace.reals(rows * adapter.layout().widest());
        return Collections.nCopies(LinearSite.values().length, low);
    }

    private static List<Buffer> own(Workspace workspace, LoraAdapter adapter, long rows) {
        return Arrays.stream(LinearSite.values()).map(site -> adapter == null || adapter.layout().rank(site) == 0 ? null
                : workspace.reals(rows * adapter.layout().rank(site))).collect(Collectors.toList());
    }
}
