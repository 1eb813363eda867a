package org.catrl.compute.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.catrl.compute.AdamWStep;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.DecodeRecord;
import org.catrl.compute.DecodeState;
import org.catrl.compute.GluActivation;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KlEstimator;
import org.catrl.compute.LinearShape;
import org.catrl.compute.PolicyTokens;
import org.catrl.compute.RmsNorm;
import org.catrl.compute.VocabTile;

/** Every op at awkward sizes. */
public final class OpCases {
    private static final int[] WIDTHS = {1, 7, 31, 33, 1000};
    private static final int[] LENGTHS = {1, 17, 40, 16, 33};
    private static final double EPSILON = 1e-5;
    private static final double OFFSET = 0.75;

    private final DType storage;
    private final List<OpCase> cases = new ArrayList<>();

    private OpCases(DType storage) {
        this.storage = storage;
    }

    /** The cases of one storage type; ops that know only F32 are among those of F32. */
    public static List<OpCase> all(DType storage) {
        OpCases all = new OpCases(storage);
        all.elementwise();
        all.rows();
        all.linear();
        all.linearColumns();
        all.attention();
        all.gradientOfLogits();
        if (storage == DType.F32) {
            all.probabilities();
            all.decoding();
            all.update();
            all.sampling();
        } else {
            all.conversions();
        }
        all.head();
        all.decodeAttention();
        return all.cases;
    }

    private void add(String name, int depth, OpCase.Run run) {
        cases.add(new OpCase(name, storage, depth, false, run));
    }

    private void addChain(String name, int depth, OpCase.Run run) {
        cases.add(new OpCase(name, storage, depth, true, run));
    }

    private void elementwise() {
        for (int n : new int[] {1, 33, 40_000}) {
            add("fill, copy, add and scale " + n, 1, a -> {
                Buffer x = a.stored(n);
                Buffer y = a.stored(n);
                Buffer z = a.stored(n);
                a.backend().fill(x, 0.3);
                a.backend().copy(y, z);
                a.backend().add(x, z);
                a.backend().scale(z, 1.7);
                return List.of(x, y, z);
            });
        }
    }

    /** What there is only with a storage type beside F32. */
    private void conversions() {
        for (int n : new int[] {1, 33, 40_000}) {
            add("copy to and from F32 " + n, 1, a -> {
                Buffer rounded = a.stored(n);
                Buffer wide = a.floats(n);
                a.backend().copy(rounded, a.floats(n));
                a.backend().copy(wide, a.stored(n));
                return List.of(rounded, wide);
            });
            add("adamw with a copy " + n, 1, a -> AdamWPass.withCopy(a, n, step(n)).once());
        }
        add("embedBackward to the storage type", 7, a -> {
            Buffer table = a.stored(5 * 33);
            a.backend().embedBackward(table, a.stored(7 * 33), a.ints(7, 5), 7, 33, 5);
            return List.of(table);
        });
        add("linear to F32", 33, a ->
                LinearProduct.forward(a, a.floats(9 * 31), new LinearShape(9, 31, 33), false).call().once());
    }

    private void rows() {
        for (int c : WIDTHS) {
            int n = 7;
            add("embed " + c, 1, a -> {
                Buffer y = a.stored(n * c);
                a.backend().embed(y, a.stored(5 * c), a.ints(n, 5), n, c, 5);
                return List.of(y);
            });
            add("embedBackward " + c, n, a -> {
                Buffer table = a.floats(5 * c);
                a.backend().embedBackward(table, a.stored(n * c), a.ints(n, 5), n, c, 5);
                return List.of(table);
            });
            add("rmsnorm " + c, c, a -> {
                Buffer y = a.stored(n * c);
                Buffer rstd = a.floats(n);
                a.backend().rmsnorm(y, rstd, a.stored(n * c), new RmsNorm(a.stored(c), c, EPSILON, OFFSET), n);
                return List.of(y, rstd);
            });
            add("rmsnorm in place " + c, c, a -> {
                Buffer x = a.stored(n * c);
                a.backend().rmsnorm(x, null, x, new RmsNorm(a.stored(c), c, EPSILON, 0), n);
                return List.of(x);
            });
            rmsnormBackward(n, c);
            for (GluActivation activation : GluActivation.values()) {
                add("glu " + activation + " " + c, 1, a -> {
                    Buffer y = a.stored(n * c);
                    a.backend().glu(y, a.stored(2 * n * c), n, c, activation);
                    return List.of(y);
                });
                add("gluBackward in place " + activation + " " + c, 1, a -> {
                    Buffer gateUp = a.stored(2 * n * c);
                    a.backend().gluBackward(gateUp, a.stored(n * c), gateUp, n, c, activation);
                    return List.of(gateUp);
                });
            }
        }
        rmsnormBackward(150, 33);
    }

    private void rmsnormBackward(int n, int c) {
        add("rmsnormBackward " + n + " x " + c, c + n, a -> {
            Buffer dx = a.stored(n * c);
            Buffer dweight = a.floats(c);
            Buffer dy = a.stored(n * c);
            Buffer x = a.stored(n * c);
            RmsNorm norm = new RmsNorm(a.stored(c), c, EPSILON, OFFSET);
            a.backend().rmsnormBackward(dx, dweight, dy, x, a.uniform(n, 0.5, 2), norm, n);
            return List.of(dx, dweight);
        });
    }

    private void linear() {
        int[][] sizes = {{1, 1, 1}, {1, 33, 7}, {7, 31, 33}, {33, 1, 31}, {9, 64, 1000}, {150, 70, 300}, {600, 40, 33}};
        for (int[] size : sizes) {
            linear(new LinearShape(size[0], size[1], size[2]));
        }
    }

    private void linear(LinearShape layer) {
        String shape = " " + layer.m() + " x " + layer.n() + " x " + layer.k();
        for (boolean started : new boolean[] {false, true}) {
            add("linear" + (started ? " from addend and bias" : "") + shape, layer.k(), a ->
                    LinearProduct.forward(a, a.stored(layer.outputLength()), layer, started).call().once());
            add("linearBackwardInput" + (started ? " +=" : "") + shape, layer.n(), a ->
                    LinearProduct.backwardInput(a, layer, started).call().once());
        }
        add("linearBackwardWeight" + shape, layer.m(), a ->
                LinearProduct.backwardWeight(a, layer, true).call().once());
    }

    /** Into columns of a wider matrix, whose other columns stay. */
    private void linearColumns() {
        int[][] sizes = {{1, 1, 7, 3, 9}, {7, 31, 33, 5, 40}, {9, 64, 300, 0, 100}, {33, 5, 31, 28, 33}};
        for (int[] size : sizes) {
            LinearShape shape = new LinearShape(size[0], size[1], size[2], size[4]);
            int column = size[3];
            String name = " columns " + column + " of " + shape;
            for (boolean started : new boolean[] {false, true}) {
                add("linear into" + (started ? ", from addend and bias," : "") + name, shape.k(),
                        a -> linearColumns(a, a.stored((long) shape.m() * shape.stride()), column, shape, started));
            }
            add("linear to F32 into" + name, shape.k(),
                    a -> linearColumns(a, a.floats((long) shape.m() * shape.stride()), column, shape, false));
        }
    }

    private static List<Buffer> linearColumns(Arena a, Buffer matrix, int column, LinearShape shape, boolean started) {
        LinearProduct.forward(a, matrix.slice(column, shape.outputLength()), shape, started).call().once();
        return List.of(matrix);
    }

    private void attention() {
        int[][] sizes = {{1, 1, 2}, {4, 2, 8}, {4, 4, 32}, {4, 1, 64}, {2, 1, 24}, {2, 2, 128}, {2, 1, 96},
            {2, 1, 256}};
        for (int[] size : sizes) {
            HeadShape heads = new HeadShape(size[0], size[1], size[2]);
            attention(heads, 0, false, LENGTHS);
            attention(heads, 0, true, LENGTHS);
        }
        for (int window : new int[] {1, 16, 23}) {
            attention(new HeadShape(4, 2, 8), window, false, LENGTHS);
            attention(new HeadShape(2, 1, 64), window, false, 7, 150);
        }
        attention(new HeadShape(2, 1, 64), 0, false, 150, 3, 290);
    }

    /** The whole chain, so that unused cache slots hold NaN as they would in a run. */
    private void attention(HeadShape heads, int window, boolean norms, int... lengths) {
        int longest = Arrays.stream(lengths).max().orElseThrow();
        String shape = " " + heads + (window > 0 ? " window " + window : "") + (norms ? " with norms" : "") + " up to "
                + longest;
        addChain("rope" + shape, heads.size(), a -> {
            Attended attended = Attended.of(a, heads, window, norms, lengths);
            return List.of(attended.query());
        });
        addChain("attention" + shape, heads.size() + longest, a -> {
            Attended attended = Attended.of(a, heads, window, norms, lengths);
            return List.of(attended.output(), attended.lse());
        });
        addChain("attentionBackward" + shape, heads.size() + longest, a -> {
            Attended attended = Attended.of(a, heads, window, norms, lengths);
            return attended.attentionBackward(a.stored(attended.output().length())).once();
        });
        addChain("ropeBackward" + shape, heads.size() + longest, a -> {
            Attended attended = Attended.of(a, heads, window, norms, lengths);
            return attended.ropeBackward(a.stored(attended.qkv().length()));
        });
    }

    private void gradientOfLogits() {
        for (int v : WIDTHS) {
            int n = 9;
            add("logprobBackward " + v, 1, a -> {
                Buffer dlogits = a.stored(n * v);
                Buffer logits = a.floats(n * v);
                VocabTile tile = new VocabTile(a.ints(n, v), n, v, 0, 1.3);
                a.backend().logprobBackward(dlogits, logits, a.uniform(n, 3, 9), a.floats(n), tile);
                return List.of(dlogits);
            });
        }
    }

    private void probabilities() {
        for (int v : WIDTHS) {
            int n = 9;
            add("softmaxStats and logprob " + v, v, a -> {
                Buffer stats = a.floats(n * Backend.STATS);
                Buffer logp = a.floats(n);
                Buffer entropy = a.floats(n);
                Buffer lse = a.floats(n);
                a.backend().softmaxStats(stats, a.floats(n * v), new VocabTile(a.ints(n, v), n, v, 0, 1.3));
                a.backend().logprob(logp, entropy, lse, stats, n);
                return List.of(logp, entropy, lse);
            });
            add("logprobBackward in place " + v, 1, a -> {
                Buffer logits = a.floats(n * v);
                VocabTile tile = new VocabTile(a.ints(n, v), n, v, 0, 1.3);
                a.backend().logprobBackward(logits, logits, a.uniform(n, 3, 9), a.floats(n), tile);
                return List.of(logits);
            });
        }
        add("softmaxStats over three tiles", 20_000, a -> {
            int n = 2;
            Buffer stats = a.floats(n * Backend.STATS);
            Buffer out = a.floats(3 * n);
            Buffer targets = a.of(5, 17_000);
            for (int first = 0; first < 20_000; first += Backend.VOCAB_TILE) {
                int width = Math.min(Backend.VOCAB_TILE, 20_000 - first);
                a.backend().softmaxStats(stats, a.floats(n * width), new VocabTile(targets, n, width, first, 1));
            }
            a.backend().logprob(out.slice(0, n), out.slice(n, n), out.slice(2 * n, n), stats, n);
            return List.of(out);
        });
    }

    /** Rows that go on, that stop, that run out, and that had ended before; twice, so that the second call follows. */
    private void decoding() {
        add("advance", 1, a -> {
            int n = 5;
            DecodeRecord record = new DecodeRecord(2, a.of(0, 0, 0, 0, 0), a.made(DType.I32, 2 * n),
                    a.made(DType.F32, 2 * n));
            DecodeState state = new DecodeState(n, a.of(7, 7, 7, 7, 7), a.of(10, 11, 12, 13, 14), a.ints(4 * n, 100),
                    a.of(3, 3, 1, 0, 2), record, a.of(0, 0, 2, 2, 3, 3), a.of(5, 22, 1));
            a.backend().advance(state, a.of(21, 22, 23, 24, 25), a.floats(n));
            a.backend().advance(state, a.of(31, 32, 33, 34, 35), a.floats(n));
            return List.of(state.inputIds(), state.positions(), state.counters(), state.left(), record.taken(),
                    record.ids(), record.logp());
        });
    }

    private static AdamWStep step(int n) {
        return new AdamWStep(1e-2, 0.9, 0.99, 1e-8, 0.1, n / 2, 3, 0.5);
    }

    private void update() {
        for (int n : new int[] {3, 33, 40_000}) {
            add("multiply " + n, 1, a -> {
                Buffer y = a.floats(n);
                a.backend().multiply(y, a.floats(n));
                return List.of(y);
            });
            add("sum " + n, 1, a -> {
                Buffer sum = a.doubles(1);
                a.backend().fill(sum, 0.25);
                a.backend().sum(sum, a.floats(n));
                return List.of(sum);
            });
            add("sumSquares " + n, 1, a -> {
                Buffer sum = a.doubles(1);
                a.backend().sumSquares(sum, a.floats(n));
                return List.of(sum);
            });
            add("adamw " + n, 1, a -> {
                Buffer weight = a.floats(n);
                Buffer first = a.floats(n);
                Buffer second = a.uniform(n, 0.01, 1);
                a.backend().adamw(weight, a.floats(n), first, second, null, step(n));
                return List.of(weight, first, second);
            });
        }
        for (KlEstimator kl : KlEstimator.values()) {
            for (boolean cispo : new boolean[] {false, true}) {
                for (boolean sequence : new boolean[] {false, true}) {
                    grpo(new GrpoParameters(cispo, sequence, 0.8, 1.3, cispo ? Double.POSITIVE_INFINITY : 1.6, 0.1,
                            kl));
                }
            }
        }
    }

    private void grpo(GrpoParameters parameters) {
        add("grpo " + parameters, 40, a -> {
            int n = 40;
            Buffer dlogp = a.floats(n);
            Buffer loss = a.floats(n);
            Buffer sums = a.doubles(GrpoParameters.Sum.values().length);
            Buffer weight = a.uniform(n, 0.1, 1);
            weight.write(3, new float[2], 0, 2);
            PolicyTokens tokens = new PolicyTokens(n, 3, a.uniform(n, -3, 0), a.uniform(n, -3, 0), a.uniform(n, -3, 0),
                    a.floats(n), weight, a.of(0, 13, 13, 40));
            a.backend().grpo(dlogp, loss, sums, tokens, parameters);
            return List.of(dlogp, loss, sums);
        });
    }

    private void sampling() {
        for (int v : WIDTHS) {
            for (SampledRows drawn : List.of(new SampledRows(9, v, 0, 1), new SampledRows(9, v, 5, 1),
                    new SampledRows(9, v, 0, 0.95))) {
                add("sample " + drawn, v, a -> drawn.in(a).once());
            }
        }
    }

    /** The ops of a model's head, in one tile of the vocabulary and in two. */
    private void head() {
        for (int[] size : new int[][] {{1, 7, 31}, {9, 33, Backend.VOCAB_TILE + 8}}) {
            int rows = size[0];
            int width = size[1];
            int vocab = size[2];
            String shape = " of a head " + rows + " x " + width + " x " + vocab;
            add("log-probs" + shape, width + vocab, a -> new HeadPass(a, rows, width, vocab).forward().once());
            addChain("gradients" + shape, width + vocab, a -> {
                HeadPass pass = new HeadPass(a, rows, width, vocab);
                pass.forward().run().run();
                return pass.backward(a).once();
            });
        }
    }

    /** One row of each sequence, whose prompts are shared or not. */
    private void decodeAttention() {
        for (DecodeRows rows : List.of(new DecodeRows(1, 1, 0, 1), new DecodeRows(3, 40, 0, 8),
                new DecodeRows(5, 40, 32, 2), new DecodeRows(5, 300, 16, 8))) {
            HeadShape heads = new HeadShape(4, 2, 64);
            addChain("attention of " + rows, heads.size() + rows.context(), a ->
                    DecodeAttention.call(a, rows, heads).once());
        }
    }
}
