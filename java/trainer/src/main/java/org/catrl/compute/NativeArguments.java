package org.catrl.compute;

import org.catrl.kernels.Kernels;

/**
 * The argument structs of {@code catrl.h}, one of each: a call fills those that it passes. A method returns where its
 * struct lies, and lists the fields in the header's order.
 */
final class NativeArguments {
    private final NativeStruct array = new NativeStruct(Kernels.arrayFields());
    private final NativeStruct secondArray = new NativeStruct(Kernels.arrayFields());
    private final NativeStruct picks = new NativeStruct(Kernels.picksFields());
    private final NativeStruct norm = new NativeStruct(Kernels.normFields());
    private final NativeStruct product = new NativeStruct(Kernels.productFields());
    private final NativeStruct linear = new NativeStruct(Kernels.linearFields());
    private final NativeStruct attention = new NativeStruct(Kernels.attentionFields());
    private final NativeStruct rotation = new NativeStruct(Kernels.rotationFields());
    private final NativeStruct gate = new NativeStruct(Kernels.gateFields());
    private final NativeStruct vocabTile = new NativeStruct(Kernels.vocabTileFields());
    private final NativeStruct sampling = new NativeStruct(Kernels.samplingFields());
    private final NativeStruct decoding = new NativeStruct(Kernels.decodingFields());
    private final NativeStruct tokens = new NativeStruct(Kernels.tokensFields());
    private final NativeStruct grpo = new NativeStruct(Kernels.grpoFields());
    private final NativeStruct trainable = new NativeStruct(Kernels.trainableFields());
    private final NativeStruct adamwStep = new NativeStruct(Kernels.adamwStepFields());

    private static long array(NativeStruct struct, Buffer x) {
        return struct.start().put(x).put(x.type()).put(x.length()).address();
    }

    /** catrl_array. */
    long array(Buffer x) {
        return array(array, x);
    }

    /** Another catrl_array, beside the first. */
    long secondArray(Buffer x) {
        return array(secondArray, x);
    }

    /** catrl_picks: ids I32[n] of a table [v, c]. */
    long picks(DType storage, DType table, Buffer ids, int n, int c, int v) {
        return picks.start().put(storage).put(table).put(ids).put(n).put(c).put(v).address();
    }

    /** catrl_norm of n rows. */
    long norm(DType storage, RmsNorm rmsNorm, int n) {
        return norm.start().put(storage).put(n).put(rmsNorm.width()).put(rmsNorm.weight()).put(rmsNorm.epsilon())
                .put(rmsNorm.offset()).address();
    }

    /** catrl_product. */
    long product(DType storage, int m, int n, int k) {
        return product.start().put(storage).put(m).put(n).put(k).address();
    }

    /** catrl_linear. */
    long linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape) {
        return linear.start().put(x.type()).put(shape.m()).put(shape.n()).put(shape.k()).put(y.type())
                .put(shape.stride()).put(packed).put(bias).put(addend).address();
    }

    /** catrl_attention of what has no scores: rope. */
    long attention(DType storage, PagedRows rows, HeadShape heads, KeyValueCache cache) {
        return attention(storage, rows, new AttentionShape(heads, 0, 0), cache);
    }

    /** catrl_attention; cache is null where none is touched. */
    long attention(DType storage, PagedRows rows, AttentionShape shape, KeyValueCache cache) {
        HeadShape heads = shape.heads();
        return attention.start().put(storage).put(rows.count()).put(rows.sequences()).put(rows.blocksPerSequence())
                .put(rows.positions()).put(rows.sequenceOf()).put(rows.blockTable())
                .put(heads.query()).put(heads.keyValue()).put(heads.size())
                .put(cache == null ? null : cache.keys()).put(cache == null ? null : cache.values())
                .put(shape.scale()).put(shape.window()).address();
    }

    /** catrl_rotation. */
    long rotation(Buffer rotary, HeadNorms norms) {
        return rotation.start().put(rotary).put(norms.query()).put(norms.key()).put(norms.epsilon()).put(norms.offset())
                .address();
    }

    /** catrl_gate. */
    long gate(DType storage, int n, int f, GluActivation activation) {
        return gate.start().put(storage).put(n).put(f).put(activation.ordinal()).address();
    }

    /** catrl_vocab_tile. */
    long vocabTile(DType storage, VocabTile tile) {
        return vocabTile.start().put(storage).put(tile.rows()).put(tile.width()).put(tile.firstId())
                .put(tile.inverseTemperature()).put(tile.targets()).address();
    }

    /** catrl_sampling. */
    long sampling(SampleBatch batch) {
        return sampling.start().put(batch.count()).put(batch.vocab()).put(batch.settings()).put(batch.counters())
                .put(batch.seed()).put(batch.seenFrom()).put(batch.seen()).address();
    }

    /** catrl_decoding. */
    long decoding(DecodeState state) {
        DecodeRecord record = state.record();
        return decoding.start().put(state.count()).put(record.capacity()).put(state.inputIds()).put(state.positions())
                .put(state.counters()).put(state.left()).put(record.taken()).put(record.ids()).put(record.logp())
                .put(state.stopFrom()).put(state.stops()).address();
    }

    /** catrl_tokens. */
    long tokens(PolicyTokens policy) {
        return tokens.start().put(policy.count()).put(policy.sequences()).put(policy.logp()).put(policy.oldLogp())
                .put(policy.refLogp()).put(policy.advantage()).put(policy.weight()).put(policy.sequenceFrom())
                .address();
    }

    /** catrl_grpo. */
    long grpo(GrpoParameters loss) {
        return grpo.start().put(loss.cispo()).put(loss.sequenceLevel()).put(loss.clipLow()).put(loss.clipHigh())
                .put(loss.delta()).put(loss.beta()).put(loss.kl().ordinal()).address();
    }

    /** catrl_trainable. */
    long trainable(Buffer weight, Buffer first, Buffer second, Buffer copy) {
        return trainable.start().put(weight).put(first).put(second).put(copy).put(weight.length()).address();
    }

    /** catrl_adamw_step. */
    long adamwStep(AdamWStep step) {
        return adamwStep.start().put(step.learningRate()).put(step.beta1()).put(step.beta2()).put(step.epsilon())
                .put(step.weightDecay()).put(step.decayedLength()).put(step.step()).put(step.gradientScale())
                .address();
    }
}
