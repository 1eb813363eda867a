package org.catrl.compute.reference;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.catrl.compute.AdamWStep;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.DecodeState;
import org.catrl.compute.GluActivation;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.HeadNorms;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.Ledger;
import org.catrl.compute.LinearShape;
import org.catrl.compute.PagedRows;
import org.catrl.compute.PolicyTokens;
import org.catrl.compute.RmsNorm;
import org.catrl.compute.SampleBatch;
import org.catrl.compute.VocabTile;

/**
 * Every op in plain Java, in both storage types: what the other backends are measured against. Sums are doubles, and a
 * BF16 result is rounded once.
 */
public final class ReferenceBackend implements Backend {
    private final Ledger ledger = new Ledger();
    private final Set<ReferenceBuffer> held = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "reference: plain Java, double accumulation, 1 thread";
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Set<DType> storageTypes() {
        return Set.of(DType.F32, DType.BF16);
    }

    @Override
    public synchronized Buffer allocate(DType type, long length, String owner) {
        if (closed) {
            throw new IllegalStateException("the reference backend has been closed");
        }
        ReferenceBuffer buffer = new ReferenceBuffer(type, length, owner, this);
        held.add(buffer);
        ledger.allocated(owner, length * type.bytes());
        return buffer;
    }

    synchronized void released(ReferenceBuffer buffer) {
        held.remove(buffer);
        ledger.released(buffer.owner(), buffer.length() * buffer.type().bytes());
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(held).forEach(ReferenceBuffer::close);
    }

    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    @Override
    public void fill(Buffer x, double value) {
        for (long i = 0; i < x.length(); i++) {
            if (x.type() == DType.I32) {
                at(x).integer(i, (int) value);
            } else {
                at(x).set(i, value);
            }
        }
    }

    @Override
    public void copy(Buffer to, Buffer from) {
        for (long i = 0; i < to.length(); i++) {
            if (to.type() == DType.I32) {
                at(to).integer(i, at(from).integer(i));
            } else {
                at(to).set(i, at(from).get(i));
            }
        }
    }

    @Override
    public void add(Buffer y, Buffer x) {
        for (long i = 0; i < y.length(); i++) {
            at(y).add(i, at(x).get(i));
        }
    }

    @Override
    public void multiply(Buffer y, Buffer x) {
        for (long i = 0; i < y.length(); i++) {
            at(y).set(i, at(y).get(i) * at(x).get(i));
        }
    }

    @Override
    public void scale(Buffer x, double factor) {
        for (long i = 0; i < x.length(); i++) {
            at(x).set(i, at(x).get(i) * (float) factor);
        }
    }

    @Override
    public void embed(Buffer y, Buffer table, Buffer ids, int n, int c, int v) {
        for (int i = 0; i < n; i++) {
            long row = (long) id(ids, i, v) * c;
            for (int j = 0; j < c; j++) {
                at(y).set((long) i * c + j, at(table).get(row + j));
            }
        }
    }

    @Override
    public void embedBackward(Buffer dtable, Buffer dy, Buffer ids, int n, int c, int v) {
        Sums sums = new Sums(at(dtable), (long) v * c);
        for (int i = 0; i < n; i++) {
            long row = (long) id(ids, i, v) * c;
            for (int j = 0; j < c; j++) {
                sums.add(row + j, at(dy).get((long) i * c + j));
            }
        }
        sums.store();
    }

    private static int id(Buffer ids, int i, int v) {
        int id = at(ids).integer(i);
        if (id < 0 || id >= v) {
            throw new IllegalArgumentException("embed: ids[" + i + "] is " + id + ", outside [0, " + v + ")");
        }
        return id;
    }

    @Override
    public void rmsnorm(Buffer y, Buffer rstd, Buffer x, RmsNorm norm, int n) {
        int c = norm.width();
        for (int i = 0; i < n; i++) {
            double squares = 0;
            for (int j = 0; j < c; j++) {
                double value = at(x).get((long) i * c + j);
                squares += value * value;
            }
            double scale = 1 / Math.sqrt(squares / c + norm.epsilon());
            for (int j = 0; j < c; j++) {
                double weight = norm.offset() + at(norm.weight()).get(j);
                at(y).set((long) i * c + j, at(x).get((long) i * c + j) * scale * weight);
            }
            if (rstd != null) {
                at(rstd).set(i, scale);
            }
        }
    }

    @Override
    public void rmsnormBackward(Buffer dx, Buffer dweight, Buffer dy, Buffer x, Buffer rstd, RmsNorm norm, int n) {
        int c = norm.width();
        for (int i = 0; i < n; i++) {
            long row = (long) i * c;
            double scale = at(rstd).get(i);
            double dot = 0;
            for (int j = 0; j < c; j++) {
                dot += at(dy).get(row + j) * (norm.offset() + at(norm.weight()).get(j)) * at(x).get(row + j);
            }
            for (int j = 0; j < c; j++) {
                double value = at(x).get(row + j);
                double gradient = at(dy).get(row + j);
                double weight = norm.offset() + at(norm.weight()).get(j);
                at(dx).add(row + j, scale * (gradient * weight - value * scale * scale * dot / c));
                if (dweight != null) {
                    at(dweight).add(j, gradient * value * scale);
                }
            }
        }
    }

    @Override
    public long packedLength(int n, int k) {
        return (long) n * k;
    }

    @Override
    public void pack(Buffer packed, Buffer weight, int n, int k) {
        copy(packed.slice(0, (long) n * k), weight.slice(0, (long) n * k));
    }

    @Override
    public void linear(Buffer y, Buffer x, Buffer packed, Buffer bias, Buffer addend, LinearShape shape) {
        int k = shape.k();
        for (int i = 0; i < shape.m(); i++) {
            for (int j = 0; j < shape.n(); j++) {
                double sum = addend == null ? 0 : at(addend).get(shape.output(i, j));
                sum += bias == null ? 0 : at(bias).get(j);
                for (int p = 0; p < k; p++) {
                    sum += at(x).get((long) i * k + p) * at(packed).get((long) j * k + p);
                }
                at(y).set(shape.output(i, j), sum);
            }
        }
    }

    @Override
    public void linearBackwardInput(Buffer dx, Buffer dy, Buffer weight, int m, int n, int k, boolean accumulate) {
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                double sum = accumulate ? at(dx).get((long) i * k + p) : 0;
                for (int j = 0; j < n; j++) {
                    sum += at(dy).get((long) i * n + j) * at(weight).get((long) j * k + p);
                }
                at(dx).set((long) i * k + p, sum);
            }
        }
    }

    @Override
    public void linearBackwardWeight(Buffer dweight, Buffer dbias, Buffer dy, Buffer x, int m, int n, int k) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double gradient = at(dy).get((long) i * n + j);
                for (int p = 0; p < k; p++) {
                    at(dweight).add((long) j * k + p, gradient * at(x).get((long) i * k + p));
                }
                if (dbias != null) {
                    at(dbias).add(j, gradient);
                }
            }
        }
    }

    @Override
    public void rope(Buffer q, KeyValueCache cache, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary,
                     HeadNorms norms) {
        new ReferenceRope(new ReferenceRows(rows, heads), rotary, norms).forward(q, cache, qkv);
    }

    @Override
    public void ropeBackward(Buffer dqkv, Buffer qkv, PagedRows rows, HeadShape heads, Buffer rotary, HeadNorms norms,
                             Buffer dqueryNorm, Buffer dkeyNorm) {
        new ReferenceRope(new ReferenceRows(rows, heads), rotary, norms).backward(dqkv, qkv, dqueryNorm, dkeyNorm);
    }

    @Override
    public void attention(Buffer o, Buffer lse, Buffer q, KeyValueCache cache, PagedRows rows, AttentionShape shape) {
        new ReferenceAttention(rows, shape, cache).forward(o, lse, q);
    }

    @Override
    public void attentionBackward(Buffer dqkv, Buffer dout, Buffer o, Buffer lse, Buffer q, KeyValueCache cache,
                                  PagedRows rows, AttentionShape shape) {
        new ReferenceAttention(rows, shape, cache).backward(dqkv, dout, o, lse, q);
    }

    @Override
    public void glu(Buffer y, Buffer gateUp, int n, int f, GluActivation activation) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < f; j++) {
                double gate = at(gateUp).get((long) i * 2 * f + j);
                at(y).set((long) i * f + j, value(activation, gate) * at(gateUp).get((long) i * 2 * f + f + j));
            }
        }
    }

    @Override
    public void gluBackward(Buffer dgateUp, Buffer dy, Buffer gateUp, int n, int f, GluActivation activation) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < f; j++) {
                long gateAt = (long) i * 2 * f + j;
                double gate = at(gateUp).get(gateAt);
                double up = at(gateUp).get(gateAt + f);
                double gradient = at(dy).get((long) i * f + j);
                at(dgateUp).set(gateAt, gradient * up * slope(activation, gate));
                at(dgateUp).set(gateAt + f, gradient * value(activation, gate));
            }
        }
    }

    private static final double GELU = Math.sqrt(2 / Math.PI);

    private static double value(GluActivation activation, double x) {
        return switch (activation) {
            case SILU -> x / (1 + Math.exp(-x));
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(GELU * (x + 0.044715 * x * x * x)));
        };
    }

    private static double slope(GluActivation activation, double x) {
        return switch (activation) {
            case SILU -> {
                double sigmoid = 1 / (1 + Math.exp(-x));
                yield sigmoid * (1 + x * (1 - sigmoid));
            }
            case GELU_TANH -> {
                double t = Math.tanh(GELU * (x + 0.044715 * x * x * x));
                yield 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU * (1 + 3 * 0.044715 * x * x);
            }
        };
    }

    @Override
    public void softmaxStats(Buffer stats, Buffer logits, VocabTile tile) {
        ReferenceSoftmax.merge(at(stats), at(logits), tile);
    }

    @Override
    public void logprob(Buffer logp, Buffer entropy, Buffer lse, Buffer stats, int n) {
        ReferenceSoftmax.finish(at(logp), at(entropy), at(lse), at(stats), n);
    }

    @Override
    public void logprobBackward(Buffer dlogits, Buffer logits, Buffer lse, Buffer dlogp, VocabTile tile) {
        ReferenceSoftmax.backward(at(dlogits), at(logits), at(lse), at(dlogp), tile);
    }

    @Override
    public void sample(Buffer ids, Buffer logp, Buffer logits, SampleBatch batch) {
        new ReferenceSampling(batch).draw(at(ids), at(logp), at(logits));
    }

    @Override
    public void advance(DecodeState state, Buffer ids, Buffer logp) {
        new ReferenceDecode(state).advance(at(ids), at(logp));
    }

    @Override
    public void grpo(Buffer dlogp, Buffer loss, Buffer sums, PolicyTokens tokens, GrpoParameters parameters) {
        ReferenceGrpo rows = new ReferenceGrpo(parameters, tokens, at(dlogp), at(loss), at(sums));
        for (int s = 0; s < tokens.sequences(); s++) {
            rows.sequence(at(tokens.sequenceFrom()).integer(s), at(tokens.sequenceFrom()).integer(s + 1));
        }
    }

    @Override
    public void sum(Buffer out, Buffer x) {
        for (long i = 0; i < x.length(); i++) {
            at(out).add(0, at(x).get(i));
        }
    }

    @Override
    public void sumSquares(Buffer out, Buffer x) {
        double sum = 0;
        for (long i = 0; i < x.length(); i++) {
            sum += at(x).get(i) * at(x).get(i);
        }
        at(out).set(0, sum);
    }

    @Override
    public void adamw(Buffer weight, Buffer gradient, Buffer first, Buffer second, Buffer copy, AdamWStep step) {
        double correction1 = 1 - Math.pow(step.beta1(), step.step());
        double correction2 = 1 - Math.pow(step.beta2(), step.step());
        for (long i = 0; i < weight.length(); i++) {
            double g = at(gradient).get(i) * step.gradientScale();
            double m = step.beta1() * at(first).get(i) + (1 - step.beta1()) * g;
            double v = step.beta2() * at(second).get(i) + (1 - step.beta2()) * g * g;
            double decay = i < step.decayedLength() ? step.learningRate() * step.weightDecay() : 0;
            double w = at(weight).get(i) * (1 - decay);
            at(weight).set(i, w - step.learningRate() * (m / correction1)
                    / (Math.sqrt(v / correction2) + step.epsilon()));
            at(first).set(i, m);
            at(second).set(i, v);
            if (copy != null) {
                at(copy).set(i, at(weight).get(i));
            }
        }
    }
}
