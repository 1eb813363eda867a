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
 * @param inputNorm      what attention reads
 * @param qkv            storage[N, (H + 2K) D]
 * @param query          storage[N, H D], after norm and RoPE
 * @param attended       storage[N, H D]
 * @param lse            F32[N, H], or null
 * @param attentionOut   what attention adds to the residual stream, and its norm; null without such norms
 * @param middle         storage[N, C], the residual stream after attention
 * @param postNorm       what the feed-forward part reads
 * @param feedForward    what the feed-forward part computes
 * @param lows           by {@link LinearSite}: the adapter's storage[N, R], or null
 */
record Activations(Normed inputNorm, Buffer qkv, Buffer query, Buffer attended, Buffer lse, Branch attentionOut,
                   Buffer middle, Normed postNorm, FeedForward feedForward, List<Buffer> lows) {
    /**
     * Normed rows of the residual stream.
     *
     * @param out  storage[N, C]
     * @param rstd F32[N], or null
     */
    record Normed(Buffer out, Buffer rstd) { }

    /**
     * What the feed-forward part computes.
     *
     * @param gateUp storage[N, 2F]
     * @param glu    storage[N, F]
     * @param out    what it adds to the residual stream, and its norm; null without such norms
     */
    record FeedForward(Buffer gateUp, Buffer glu, Branch out) { }

    /**
     * What a branch of the layer computed, and its norm.
     *
     * @param out    storage[N, C]
     * @param rstd   F32[N], or null
     * @param normed storage[N, C]
     */
    record Branch(Buffer out, Buffer rstd, Buffer normed) { }

    /** The rows that a site's adapter reduces to, see {@link Projection#forward}; null without an adapter. */
    Buffer low(LinearSite site) {
        return lows.get(site.ordinal());
    }

    /** The activations of a pass without backward, in place on the residual stream storage[N, C]. */
    static Activations inPlace(Workspace workspace, Weights weights, long rows, Buffer residual) {
        ModelConfig config = weights.config();
        HeadShape heads = config.heads();
        Buffer norm = workspace.stored(rows * config.width());
        Branch branch = config.family().normedBranches() ? new Branch(norm, null, norm) : null;
        return new Activations(new Normed(norm, null), workspace.stored(rows * heads.fusedWidth()),
                workspace.stored(rows * heads.queryWidth()), workspace.stored(rows * heads.queryWidth()), null,
                branch, residual, new Normed(norm, null),
                new FeedForward(workspace.stored(rows * 2 * config.ffn()), workspace.stored(rows * config.ffn()),
                        branch),
                shared(workspace, weights.adapter(), rows));
    }

    /** The activations of a pass with all that its backward reads. */
    static Activations kept(Workspace workspace, Weights weights, long rows) {
        ModelConfig config = weights.config();
        HeadShape heads = config.heads();
        return new Activations(normed(workspace, config, rows),
                workspace.stored(rows * heads.fusedWidth()), workspace.stored(rows * heads.queryWidth()),
                workspace.stored(rows * heads.queryWidth()), workspace.floats(rows * heads.query()),
                branch(workspace, config, rows), workspace.stored(rows * config.width()),
                normed(workspace, config, rows),
                new FeedForward(workspace.stored(rows * 2 * config.ffn()), workspace.stored(rows * config.ffn()),
                        branch(workspace, config, rows)), bySite(workspace, weights.adapter(), rows));
    }

    private static Normed normed(Workspace workspace, ModelConfig config, long rows) {
        return new Normed(workspace.stored(rows * config.width()), workspace.floats(rows));
    }

    private static Branch branch(Workspace workspace, ModelConfig config, long rows) {
        return config.family().normedBranches() ? new Branch(workspace.stored(rows * config.width()),
                workspace.floats(rows), workspace.stored(rows * config.width())) : null;
    }

    /** The reduced rows of every site in one buffer: a pass without backward needs one at a time. */
    private static List<Buffer> shared(Workspace workspace, LoraAdapter adapter, long rows) {
        Buffer low = adapter == null ? null : workspace.stored(rows * adapter.layout().widest());
        return Collections.nCopies(LinearSite.values().length, low);
    }

    private static List<Buffer> bySite(Workspace workspace, LoraAdapter adapter, long rows) {
        return Arrays.stream(LinearSite.values()).map(site -> adapter == null || adapter.layout().rank(site) == 0 ? null
                : workspace.stored(rows * adapter.layout().rank(site))).collect(Collectors.toList());
    }
}
