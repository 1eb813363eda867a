package org.catrl.compute;

import java.util.ArrayList;
import java.util.List;

/** Every op at awkward sizes. */
final class OpCases {
    private static final int[] WIDTHS = {1, 7, 31, 33, 1000};
    private static final int[] LENGTHS = {1, 17, 40, 16, 33};
    private static final double EPSILON = 1e-5;

    private final List<OpCase> cases = new ArrayList<>();

    static List<OpCase> all() {
        OpCases all = new OpCases();
        all.elementwise();
        all.rows();
        all.linear();
        all.attention();
        all.probabilities();
        all.update();
        return all.cases;
    }

    private void add(String name, int depth, OpCase.Run run) {
        cases.add(new OpCase(name, depth, run));
    }

    private void elementwise() {
        for (int n : new int[] {1, 33, 40_000}) {
            add("fill, copy and add " + n, 1, a -> {
                Buffer x = a.floats(n);
                Buffer y = a.floats(n);
                Buffer z = a.floats(n);
                a.backend().fill(x, 0.3);
                a.backend().copy(y, z);
                a.backend().add(x, z);
                return List.of(x, y);
            });
        }
    }

    private void rows() {
        for (int c : WIDTHS) {
            int n = 7;
            add("embed " + c, 1, a -> {
                Buffer y = a.floats(n * c);
                a.backend().embed(y, a.floats(5 * c), a.ints(n, 5), n, c, 5);
                return List.of(y);
            });
            add("embedBackward " + c, n, a -> {
                Buffer table = a.floats(5 * c);
                a.backend().embedBackward(table, a.floats(n * c), a.ints(n, 5), n, c, 5);
                return List.of(table);
            });
            add("rmsnorm " + c, c, a -> {
                Buffer y = a.floats(n * c);
                Buffer rstd = a.floats(n);
                a.backend().rmsnorm(y, rstd, a.floats(n * c), a.floats(c), n, c, EPSILON);
                return List.of(y, rstd);
            });
            add("rmsnormBackward " + c, c + n, a -> {
                Buffer dx = a.floats(n * c);
                Buffer dweight = a.floats(c);
                a.backend().rmsnormBackward(dx, dweight, a.floats(n * c), a.floats(n * c), a.floats(c),
                        a.uniform(n, 0.5, 2), n, c);
                return List.of(dx, dweight);
            });
            for (GluActivation activation : GluActivation.values()) {
                add("glu " + activation + " " + c, 1, a -> {
                    Buffer y = a.floats(n * c);
                    a.backend().glu(y, a.floats(2 * n * c), n, c, activation);
                    return List.of(y);
                });
                add("gluBackward in place " + activation + " " + c, 1, a -> {
                    Buffer gateUp = a.floats(2 * n * c);
                    a.backend().gluBackward(gateUp, a.floats(n * c), gateUp, n, c, activation);
                    return List.of(gateUp);
                });
            }
        }
    }

    private void linear() {
        int[][] sizes = {{1, 1, 1}, {1, 33, 7}, {7, 31, 33}, {33, 1, 31}, {9, 64, 1000}, {150, 70, 300}, {600, 40, 33}};
        for (int[] size : sizes) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            String shape = " " + m + " x " + n + " x " + k;
            for (boolean started : new boolean[] {false, true}) {
                add("linear" + (started ? " from addend and bias" : "") + shape, k, a -> {
                    Buffer y = a.floats(m * n);
                    a.backend().linear(y, a.floats(m * k), a.packed(a.floats(n * k), n, k),
                            started ? a.floats(n) : null, started ? y : null, m, n, k);
                    return List.of(y);
                });
                add("linearBackwardInput" + (started ? " +=" : "") + shape, n, a -> {
                    Buffer dx = a.floats(m * k);
                    a.backend().linearBackwardInput(dx, a.floats(m * n), a.floats(n * k), m, n, k, started);
                    return List.of(dx);
                });
            }
            add("linearBackwardWeight" + shape, m, a -> {
                Buffer dweight = a.floats(n * k);
                Buffer dbias = a.floats(n);
                a.backend().linearBackwardWeight(dweight, dbias, a.floats(m * n), a.floats(m * k), m, n, k);
                return List.of(dweight, dbias);
            });
        }
    }

    private void attention() {
        int[][] sizes = {{1, 1, 2}, {4, 2, 8}, {4, 4, 32}, {4, 1, 64}, {2, 1, 24}, {2, 2, 128}};
        for (int[] size : sizes) {
            Heads heads = new Heads(size[0], size[1], size[2]);
            for (boolean norms : new boolean[] {false, true}) {
                attention(heads, norms);
            }
        }
    }

    /** The whole chain, so that unused cache slots hold NaN as they would in a run. */
    private void attention(Heads heads, boolean norms) {
        String shape = " " + heads + (norms ? " with norms" : "");
        add("rope" + shape, heads.size(), a -> {
            Attended at = Attended.of(a, heads, norms, LENGTHS);
            return List.of(at.query());
        });
        add("attention" + shape, heads.size() + 40, a -> {
            Attended at = Attended.of(a, heads, norms, LENGTHS);
            return List.of(at.output(), at.lse());
        });
        add("attentionBackward" + shape, heads.size() + 40, a -> {
            Attended at = Attended.of(a, heads, norms, LENGTHS);
            return List.of(at.attentionBackward(a.floats(at.output().length())));
        });
        add("ropeBackward" + shape, heads.size() + 40, a -> {
            Attended at = Attended.of(a, heads, norms, LENGTHS);
            return at.ropeBackward(a.floats(at.qkv().length()), a);
        });
    }

    private void probabilities() {
        for (int v : WIDTHS) {
            int n = 9;
            add("softmaxStats and logprob " + v, v, a -> {
                Buffer stats = a.floats(n * Backend.STATS);
                Buffer logp = a.floats(n);
                Buffer entropy = a.floats(n);
                Buffer lse = a.floats(n);
                a.backend().softmaxStats(stats, a.floats(n * v), a.ints(n, v), n, v, 0, 1.3);
                a.backend().logprob(logp, entropy, lse, stats, n);
                return List.of(logp, entropy, lse);
            });
            add("logprobBackward " + v, 1, a -> {
                Buffer logits = a.floats(n * v);
                a.backend().logprobBackward(logits, a.ints(n, v), a.uniform(n, 3, 9), a.floats(n), n, v, 0, 1.3);
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
                a.backend().softmaxStats(stats, a.floats(n * width), targets, n, width, first, 1);
            }
            a.backend().logprob(out.slice(0, n), out.slice(n, n), out.slice(2 * n, n), stats, n);
            return List.of(out);
        });
    }

    private void update() {
        for (int n : new int[] {3, 33, 40_000}) {
            add("sumSquares " + n, 1, a -> {
                Buffer sum = a.doubles(1);
                a.backend().sumSquares(sum, a.floats(n));
                return List.of(sum);
            });
            add("adamw " + n, 1, a -> {
                Buffer weight = a.floats(n);
                Buffer first = a.floats(n);
                Buffer second = a.uniform(n, 0.01, 1);
                a.backend().adamw(weight, a.floats(n), first, second,
                        new AdamWStep(1e-2, 0.9, 0.99, 1e-8, 0.1, n / 2, 3, 0.5));
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
            a.backend().grpo(dlogp, loss, sums, a.uniform(n, -3, 0), a.uniform(n, -3, 0), a.uniform(n, -3, 0),
                    a.floats(n), weight, a.of(0, 13, 13, 40), n, 3, parameters);
            return List.of(dlogp, loss, sums);
        });
    }
}
