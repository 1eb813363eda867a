package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.bench.Work.Bound;
import org.catrl.compute.HeadShape;
import org.catrl.compute.PagedRows;

/**
 * What is measured, and the table's lines that come of it.
 *
 * @param copyBytes      bytes of the copy that gives the bandwidth
 * @param edge           rows and columns of the product that gives the rate
 * @param heads          those of the attention ops
 * @param batches        sequences decoded at once
 * @param contexts       tokens that each of them holds
 * @param lengths        lengths of packed sequences
 * @param packed         tokens of them together
 * @param headRows       rows through the head
 * @param widths         inputs of the head
 * @param vocab          outputs of the head, and of sampling
 * @param parameters     those of AdamW
 * @param models         models of whole steps
 * @param decodeContext  context of a whole decode step, none or half of it a group's prompt
 * @param sequences      those of a whole update step
 * @param sequenceLength tokens of each of them
 */
record GpuShapes(long copyBytes, int edge, HeadShape heads, List<Integer> batches, List<Integer> contexts,
                 List<Integer> lengths, int packed, int headRows, List<Integer> widths, int vocab, int parameters,
                 List<BenchModel> models, int decodeContext, int sequences, int sequenceLength) {
    static final int GROUP = 8;
    /** Of a device with 100 GB or more: an update step of the larger model takes that much. */
    static final GpuShapes FULL = new GpuShapes(4L << 30, 8192, new HeadShape(32, 8, 128), List.of(64, 256),
            List.of(512, 4096), List.of(1024, 2048, 4096), 16_384, 2048, List.of(1024, 2560), 151_936, 1 << 29,
            List.of(BenchModel.QWEN3_0_6B, BenchModel.QWEN3_4B), 1024, 8, 1024);
    /** Everything once, in seconds on any device. */
    static final GpuShapes TINY = new GpuShapes(1 << 12, 64, new HeadShape(2, 1, 64), List.of(9), List.of(40, 64),
            List.of(33), 66, 5, List.of(24), 8200, 1000, List.of(BenchModel.TINY), 64, 2, 20);

    private static final double DECODE_AIM = 0.7;
    private static final double UPDATE_AIM = 0.45;
    private static final double FORWARD_AIM = 0.5;
    private static final double BACKWARD_AIM = 0.4;

    /** What a ceiling is measured by. */
    GpuCase ceiling(Bound bound) {
        String sizes = "bytes=" + copyBytes + " edge=" + edge;
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
        models.forEach(model -> addSteps(cases, model));
        return cases;
    }

    private String headSizes() {
        return " heads=" + heads.query() + " kv=" + heads.keyValue() + " size=" + heads.size();
    }

    private void addDecodeAttention(List<GpuCase> cases) {
        for (int batch : batches) {
            for (int context : contexts) {
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
        for (int length : lengths) {
            String sizes = "sequences=" + packed / length + " length=" + length + headSizes();
            cases.add(GpuCase.of(PackedAttentionBench.class, "forward", sizes,
                    PackedAttentionBench.forwardWork(Sizes.of(sizes)), FORWARD_AIM));
            cases.add(GpuCase.of(PackedAttentionBench.class, "backward", sizes,
                    PackedAttentionBench.backwardWork(Sizes.of(sizes)), BACKWARD_AIM));
        }
    }

    private void addHead(List<GpuCase> cases) {
        for (int width : widths) {
            String sizes = "rows=" + headRows + " width=" + width + " vocab=" + vocab;
            cases.add(GpuCase.of(HeadBench.class, "forward", sizes, HeadBench.forwardWork(Sizes.of(sizes)), 0));
            cases.add(GpuCase.of(HeadBench.class, "backward", sizes, HeadBench.backwardWork(Sizes.of(sizes)), 0));
        }
    }

    private void addSampling(List<GpuCase> cases) {
        for (int batch : batches) {
            for (String truncation : List.of("top_k=0 top_p=1", "top_k=50 top_p=1", "top_k=0 top_p=0.95")) {
                String sizes = "batch=" + batch + " vocab=" + vocab + " " + truncation;
                cases.add(GpuCase.of(SamplingBench.class, "sample", sizes, SamplingBench.work(Sizes.of(sizes)), 0));
            }
        }
    }

    private void addSteps(List<GpuCase> cases, BenchModel model) {
        for (int batch : batches) {
            for (int shared : List.of(0, half(decodeContext))) {
                String sizes = "model=" + model + " " + decoded(batch, decodeContext, shared);
                cases.add(GpuCase.of(DecodeStepBench.class, "decode", sizes, DecodeStepBench.work(Sizes.of(sizes)),
                        DECODE_AIM));
            }
        }
        String sizes = "model=" + model + " sequences=" + sequences + " length=" + sequenceLength;
        cases.add(GpuCase.of(UpdateStepBench.class, "step", sizes, UpdateStepBench.work(Sizes.of(sizes)),
                model == BenchModel.QWEN3_4B ? UPDATE_AIM : 0));
    }
}
