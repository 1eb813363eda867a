package org.catrl.compute.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.catrl.compute.AttentionShape;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.GluActivation;
import org.catrl.compute.HeadNorms;
import org.catrl.compute.HeadShape;
import org.catrl.compute.KeyValueCache;
import org.catrl.compute.PagedRows;
import org.catrl.compute.RmsNorm;
import org.catrl.compute.VocabTile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every backward op of the specification is the derivative of its forward op. */
class ReferenceGradientsTest {
    private static final double EPSILON = 1e-3;
    private static final double OFFSET = 0.75;

    private final Differences d = new Differences(3);
    private final ReferenceBackend backend = d.backend();

    private ReferenceBuffer started(long count) {
        ReferenceBuffer buffer = d.zeros(count);
        backend.fill(buffer, 0.5);
        return buffer;
    }

    @Test
    void embedding() {
        ReferenceBuffer table = d.values(4 * 3);
        ReferenceBuffer y = d.zeros(5 * 3);
        ReferenceBuffer dy = d.values(5 * 3);
        Buffer ids = d.ints(2, 0, 2, 3, 2);
        ReferenceBuffer dtable = started(4 * 3);
        backend.embedBackward(dtable, dy, ids, 5, 3, 4);
        d.check("dtable", dtable, 0.5, table, dy, y, () -> backend.embed(y, table, ids, 5, 3, 4));
    }

    @Test
    void norm() {
        ReferenceBuffer x = d.values(3 * 7);
        ReferenceBuffer weight = d.values(7);
        ReferenceBuffer y = d.zeros(3 * 7);
        ReferenceBuffer rstd = d.zeros(3);
        ReferenceBuffer dy = d.values(3 * 7);
        RmsNorm norm = new RmsNorm(weight, 7, EPSILON, OFFSET);
        Runnable forward = () -> backend.rmsnorm(y, rstd, x, norm, 3);
        forward.run();
        ReferenceBuffer dx = started(3 * 7);
        ReferenceBuffer dweight = started(7);
        backend.rmsnormBackward(dx, dweight, dy, x, rstd, norm, 3);
        d.check("dx", dx, 0.5, x, dy, y, forward);
        d.check("dweight", dweight, 0.5, weight, dy, y, forward);
        dx.set(4, dx.get(4) * 1.001);
        assertThrows(AssertionError.class, () -> d.check("dx", dx, 0.5, x, dy, y, forward),
                "a wrong element goes unnoticed");
    }

    @Test
    void linear() {
        int m = 4;
        int n = 3;
        int k = 5;
        ReferenceBuffer x = d.values(m * k);
        ReferenceBuffer weight = d.values(n * k);
        ReferenceBuffer bias = d.values(n);
        ReferenceBuffer y = d.zeros(m * n);
        ReferenceBuffer dy = d.values(m * n);
        ReferenceBuffer packed = d.zeros(backend.packedLength(n, k));
        Runnable forward = () -> {
            backend.pack(packed, weight, n, k);
            backend.linear(y, x, packed, bias, null, m, n, k);
        };
        ReferenceBuffer dweight = started(n * k);
        ReferenceBuffer dbias = started(n);
        backend.linearBackwardWeight(dweight, dbias, dy, x, m, n, k);
        d.check("dweight", dweight, 0.5, weight, dy, y, forward);
        d.check("dbias", dbias, 0.5, bias, dy, y, forward);
        for (boolean accumulate : new boolean[] {false, true}) {
            ReferenceBuffer dx = started(m * k);
            backend.linearBackwardInput(dx, dy, weight, m, n, k, accumulate);
            d.check("dx", dx, accumulate ? 0.5 : 0, x, dy, y, forward);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gate(GluActivation activation) {
        ReferenceBuffer gateUp = d.values(2 * 4 * 3);
        ReferenceBuffer y = d.zeros(4 * 3);
        ReferenceBuffer dy = d.values(4 * 3);
        ReferenceBuffer dgateUp = d.zeros(2 * 4 * 3);
        backend.gluBackward(dgateUp, dy, gateUp, 4, 3, activation);
        ReferenceBuffer inPlace = d.copy(gateUp);
        backend.gluBackward(inPlace, dy, inPlace, 4, 3, activation);
        d.check("dgateUp", dgateUp, 0, gateUp, dy, y, () -> backend.glu(y, gateUp, 4, 3, activation));
        for (long i = 0; i < inPlace.length(); i++) {
            assertEquals(dgateUp.get(i), inPlace.get(i), "in place, element " + i);
        }
    }

    /** From qkv through rope and attention to o, over two sequences that are longer than a block and shorter. */
    @ParameterizedTest
    @CsvSource({"1, 1, 2, false", "4, 2, 4, false", "4, 2, 4, true", "3, 1, 6, true"})
    void attention(int query, int keyValue, int size, boolean norms) {
        HeadShape heads = new HeadShape(query, keyValue, size);
        int n = 18 + 2;
        PagedRows rows = new PagedRows(n, 2, 2, positions(18, 2), d.ints(repeated(18, 2)), d.ints(2, 0, 1, 1));
        ReferenceBuffer qkv = d.values((long) n * heads.fusedWidth());
        ReferenceBuffer rotary = rotary(18, size);
        ReferenceBuffer queryNorm = norms ? d.values(size) : null;
        ReferenceBuffer keyNorm = norms ? d.values(size) : null;
        ReferenceBuffer q = d.zeros((long) n * heads.queryWidth());
        KeyValueCache cache = new KeyValueCache(d.zeros(backend.cacheLength(3, heads)),
                d.zeros(backend.cacheLength(3, heads)));
        HeadNorms headNorms = new HeadNorms(queryNorm, keyNorm, EPSILON, OFFSET);
        ReferenceBuffer o = d.zeros((long) n * heads.queryWidth());
        ReferenceBuffer lse = d.zeros((long) n * query);
        ReferenceBuffer dout = d.values(o.length());
        AttentionShape shape = new AttentionShape(heads, 1 / Math.sqrt(size), 0);
        Runnable forward = () -> {
            backend.rope(q, cache, qkv, rows, heads, rotary, headNorms);
            backend.attention(o, lse, q, cache, rows, shape);
        };
        forward.run();
        ReferenceBuffer dqkv = started(qkv.length());
        backend.attentionBackward(dqkv, dout, o, lse, q, cache, rows, shape);
        ReferenceBuffer dqueryNorm = norms ? started(size) : null;
        ReferenceBuffer dkeyNorm = norms ? started(size) : null;
        backend.ropeBackward(dqkv, qkv, rows, heads, rotary, headNorms, dqueryNorm, dkeyNorm);
        d.check("dqkv", dqkv, 0, qkv, dout, o, forward);
        if (norms) {
            d.check("dqueryNorm", dqueryNorm, 0.5, queryNorm, dout, o, forward);
            d.check("dkeyNorm", dkeyNorm, 0.5, keyNorm, dout, o, forward);
        }
    }

    private Buffer positions(int first, int second) {
        int[] positions = new int[first + second];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i < first ? i : i - first;
        }
        return d.ints(positions);
    }

    private static int[] repeated(int zeros, int ones) {
        int[] sequenceOf = new int[zeros + ones];
        Arrays.fill(sequenceOf, zeros, zeros + ones, 1);
        return sequenceOf;
    }

    private ReferenceBuffer rotary(int positions, int size) {
        ReferenceBuffer table = d.zeros((long) positions * size);
        for (int t = 0; t < positions; t++) {
            for (int i = 0; i < size / 2; i++) {
                double angle = t * Math.pow(100, -2.0 * i / size);
                table.set((long) t * size + i, Math.cos(angle));
                table.set((long) t * size + size / 2 + i, Math.sin(angle));
            }
        }
        return table;
    }

    @Test
    void logProbability() {
        int n = 3;
        int width = 6;
        ReferenceBuffer logits = d.values(n * width);
        VocabTile tile = new VocabTile(d.ints(0, 5, 2), n, width, 0, 1.4);
        ReferenceBuffer logp = d.zeros(n);
        ReferenceBuffer lse = d.zeros(n);
        ReferenceBuffer dlogp = d.values(n);
        ReferenceBuffer stats = d.zeros(n * Backend.STATS);
        Runnable forward = () -> {
            backend.softmaxStats(stats, logits, tile);
            backend.logprob(logp, d.zeros(n), lse, stats, n);
        };
        forward.run();
        ReferenceBuffer dlogits = d.copy(logits);
        backend.logprobBackward(dlogits, dlogits, lse, dlogp, tile);
        d.check("dlogits", dlogits, 0, logits, dlogp, logp, forward);
    }
}
