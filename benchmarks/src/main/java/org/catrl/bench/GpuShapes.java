package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.bench.Work.Bound;
import org.catrl.compute.HeadShape;
import org.catrl.compute.PagedRows;

/**
 * What is measured, and the table's lines that come of it.
 *
 * @param ceilings   sizes of what gives the ceilings
 * @param attention  those of the attention ops
 * @param head       those of the head, and of sampling
 * @param batches    sequences decoded at once
 * @param parameters those of AdamW
 * @param steps      sizes of whole steps
 */
record GpuShapes(Ceilings ceilings, Attention attention, Head head, List<Integer> batches, int parameters,
                 Steps steps) {
    /**
     * Sizes of what gives the ceilings.
     *
     * @param copyBytes bytes of the copy that gives the bandwidth
     * @param edge      rows and columns of the product that gives the rate
     */
    record Ceilings(long copyBytes, int edge) { }

    /**
     * Sizes of the attention ops.
     *
     * @param heads    how many there are, and their size
     * @param contexts tokens that each decoded sequence holds
     * @param lengths  lengths of packed sequences
     * @param packed   tokens of them together
     */
    record Attention(HeadShape heads, List<Integer> contexts, List<Integer> lengths, int packed) { }

    /**
     * Sizes of the head.
     *
     * @param rows   rows through the head
     * @param widths inputs of the head
     * @param vocab  outputs of the head, and of sampling
     */
    record Head(int rows, List<Integer> widths, int vocab) { }

    /**
     * Sizes of whole steps.
     *
     * @param models    what they run
     * @param context   context of a decode step, none or half of it a group's prompt
     * @param sequences those of an update step
     * @param length    tokens of each of them
     */
    record Steps(List<BenchModel> models, int context, int sequences, int length) { }

    static final int GROUP = 8;
    /** Of a device with 100 GB or more: an update step of the larger model takes that much. */
    static final GpuShapes FULL = new GpuShapes(new Ceilings(4L << 30, 8192),
            new Attention(new HeadShape(32, 8, 128), List.of(512, 4096), List.of(1024, 2048, 4096), 16_384),
            new Head(2048, List.of(1024, 2560), 151_936), List.of(64, 256), 1 << 29,
            new Steps(List.of(BenchModel.QWEN3_0_6B, BenchModel.QWEN3_4B), 1024, 8, 1024));
    /** Everything once, in seconds on any device. */
    static final GpuShapes TINY = new GpuShapes(new Ceilings(1 << 12, 64),
            new Attention(new HeadShape(2, 1, 64), List.of(40, 64), List.of(33), 66),
            new Head(5, List.of(24), 8200), List.of(9), 1000, new Steps(List.of(BenchModel.TINY), 64, 2, 20));

    private static final double DECODE_AIM = 0.7;
    private static final double UPDATE_AIM = 0.45;
    private static final double FORWARD_AIM = 0.5;
    private static final double BACKWARD_AIM = 0.4;

    /** What a ceiling is measured by. */
    GpuCase ceiling(Bound bound) {
        String sizes = "bytes=" + ceilings.copyBytes() + " edge=" + ceilings.edge();
        return switch (bound) {
            case BANDWIDTH -> GpuCase.of(CeilingBench.class, "copy", sizes,
                    CeilingBench.copyWork(Sizes.of(sizes)), 0);
            case PRODUCTS -> GpuCase.of(CeilingBench.class, "product", sizes,
                    CeilingBench.productWork(Sizes.of(sizes)), 0);
        };
    }

    /** Everything but the ceilings, the steps of whole models last. */
    List<GpuCase> cases() {
        List<GpuCase> cases = new ArrayList<>();
        addDecodeAttention(cases);
        addPackedAttention(cases);
        addHead(cases);
        addSampling(cases);
        String sizes = "parameters=" + parameters;
        cases.add(GpuCase.of(AdamWBench.class, "step", sizes, AdamWBench.work(Sizes.of(sizes)), 0));
        steps.models().forEach(model -> addSteps(cases, model));
        return cases;
    }

    private String headSizes() {
        HeadShape heads = attention.heads();
        return " heads=" + heads.query() + " kv=" + heads.keyValue() + " size=" + heads.size();
    }

    private void addDecodeAttention(List<GpuCase> cases) {
        for (int batch : batches) {
            for (int context : attention.contexts()) {
                for (int shared : List.of(0, half(context))) {
                    String sizes = decoded(batch, context, shared) + headSizes();
                    cases.add(GpuCase.of(DecodeAttentionBench.class, "attention", sizes,
                            DecodeAttentionBench.work(Sizes.of(sizes)), 0));
                }
            }
        }
    }

    /** Half a context, in whole cache blocks. */
    private static int half(int context) {
        return context / 2 / PagedRows.BLOCK * PagedRows.BLOCK;
    }

    private static String decoded(int batch, int context, int shared) {
        return "batch=" + batch + " context=" + context + " shared=" + shared + " group=" + GROUP;
    }

    private void addPackedAttention(List<GpuCase> cases) {
        for (int length : attention.lengths()) {
            int sequences = attention.packed() / length;
            String sizes = "sequences=" + sequences + " length=" + length + headSizes();
            cases.add(GpuCase.of(PackedAttentionBench.class, "forward", sizes,
                    PackedAttentionBench.forwardWork(Sizes.of(sizes)), FORWARD_AIM));
            cases.add(GpuCase.of(PackedAttentionBench.class, "backward", sizes,
                    PackedAttentionBench.backwardWork(Sizes.of(sizes)), BACKWARD_AIM));
        }
    }

    private void addHead(List<GpuCase> cases) {
        for (int width : head.widths()) {
            String sizes = "rows=" + head.rows() + " width=" + width + " vocab=" + head.vocab();
            cases.add(GpuCase.of(HeadBench.class, "forward", sizes, HeadBench.forwardWork(Sizes.of(sizes)), 0));
            cases.add(GpuCase.of(HeadBench.class, "backward", sizes, HeadBench.backwardWork(Sizes.of(sizes)), 0));
        }
    }

    private void addSampling(List<GpuCase> cases) {
        for (int batch : batches) {
            for (String truncation : List.of("top_k=0 top_p=1", "top_k=50 top_p=1", "top_k=0 top_p=0.95")) {
                String sizes = "batch=" + batch + " vocab=" + head.vocab() + " " + truncation;
                cases.add(GpuCase.of(SamplingBench.class, "sample", sizes, SamplingBench.work(Sizes.of(sizes)), 0));
            }
        }
    }

    private void addSteps(List<GpuCase> cases, BenchModel model) {
        for (int batch : batches) {
            for (int shared : List.of(0, half(steps.context()))) {
                String sizes = "model=" + model + " " + decoded(batch, steps.context(), shared);
                cases.add(GpuCase.of(DecodeStepBench.class, "decode", sizes, DecodeStepBench.work(Sizes.of(sizes)),
                        DECODE_AIM));
            }
        }
        String sizes = "model=" + model + " sequences=" + steps.sequences() + " length=" + steps.length();
        cases.add(GpuCase.of(UpdateStepBench.class, "step", sizes, UpdateStepBench.work(Sizes.of(sizes)),
                model == BenchModel.QWEN3_4B ? UPDATE_AIM : 0));
    }
}
