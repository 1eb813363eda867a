package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.catrl.compute.check.Arena;
import org.catrl.compute.check.Attended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** House law 2, bit for bit: a row does not notice its neighbours, and sums do not notice where they are cut. */
@ParameterizedClass
@MethodSource("org.catrl.compute.Subject#all")
class RowIndependenceTest {
    @Parameter
    Subject subject;

    private Backend backend;
    private Arena arena;

    @BeforeEach
    void open() {
        backend = subject.open();
        arena = new Arena(backend, 7);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** An op from rows of one width to rows of another. */
    private interface RowOp {
        void run(Buffer out, Buffer in, int rows);
    }

    private void everyRowAlone(int rows, int outWidth, int inWidth, RowOp op) {
        Buffer in = arena.floats((long) rows * inWidth);
        Buffer together = arena.floats((long) rows * outWidth);
        op.run(together, in, rows);
        for (int row = 0; row < rows; row++) {
            Buffer alone = arena.floats(outWidth);
            op.run(alone, in.slice((long) row * inWidth, inWidth), 1);
            assertArrayEquals(together.slice((long) row * outWidth, outWidth).floats(), alone.floats(), "row " + row);
            alone.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 33, 300})
    void linear(int k) {
        int n = 45;
        Buffer packed = arena.packed(arena.floats((long) n * k), n, k);
        everyRowAlone(37, n, k, (out, in, rows) -> backend.linear(out, in, packed, null, null, rows, n, k));
    }

    /** Into columns of a wider matrix, or into a matrix of its own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 33, 300})
    void linearIntoColumns(int k) {
        int m = 13;
        int n = 45;
        int width = 101;
        Buffer packed = arena.packed(arena.floats((long) n * k), n, k);
        Buffer x = arena.floats((long) m * k);
        Buffer y = arena.floats((long) m * n);
        backend.linear(y, x, packed, null, null, m, n, k);
        Buffer wide = arena.floats((long) m * width);
        LinearShape columns = new LinearShape(m, n, k, width);
        backend.linear(wide.slice(17, columns.outputLength()), x, packed, null, null, columns);
        for (int row = 0; row < m; row++) {
            assertArrayEquals(rowOf(y, row, n).floats(), wide.slice((long) row * width + 17, n).floats(), "row " + row);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 33, 300})
    void inputGradient(int n) {
        int k = 45;
        Buffer weight = arena.floats((long) n * k);
        everyRowAlone(37, k, n, (out, in, rows) -> backend.linearBackwardInput(out, in, weight, rows, n, k, false));
    }

    @Test
    void norms() {
        RmsNorm norm = new RmsNorm(arena.floats(33), 33, 1e-5, 0);
        everyRowAlone(20, 33, 33, (out, in, rows) -> backend.rmsnorm(out, null, in, norm, rows));
    }

    @Test
    void gates() {
        everyRowAlone(20, 33, 66, (out, in, rows) -> backend.glu(out, in, rows, 33, GluActivation.SILU));
    }

    @Test
    void probabilities() {
        Buffer target = arena.of(new int[20]);
        everyRowAlone(20, Backend.STATS, 1000,
                (out, in, rows) -> backend.softmaxStats(out, in, new VocabTile(target, rows, 1000, 0, 1.3)));
    }

    /** Whole sequences at once, against the same tokens one by one, as decoding feeds them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void attentionOfAPrefillEqualsThatOfDecoding(int window) {
        HeadShape heads = new HeadShape(4, 2, 24);
        Attended whole = Attended.of(arena, heads, window, true, 5, 70);
        int first = 5;
        for (int t = 0; t < 70; t++) {
            int row = first + t;
            PagedRows decoded = new PagedRows(1, 2, whole.rows().blocksPerSequence(), arena.of(t), arena.of(1),
                    whole.rows().blockTable());
            Buffer query = arena.floats(heads.queryWidth());
            Buffer output = arena.floats(heads.queryWidth());
            Buffer lse = arena.floats(heads.query());
            whole.forward(decoded, rowOf(whole.qkv(), row, heads.fusedWidth()), query, output, lse);
            assertArrayEquals(rowOf(whole.output(), row, heads.queryWidth()).floats(), output.floats(), "token " + t);
            assertArrayEquals(rowOf(whole.lse(), row, heads.query()).floats(), lse.floats(), "token " + t);
        }
    }

    private static Buffer rowOf(Buffer matrix, int row, int width) {
        return matrix.slice((long) row * width, width);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 256, 599})
    void weightGradientsContinueWhereTheyStopped(int cut) {
        int m = 600;
        int n = 35;
        int k = 41;
        Buffer dy = arena.floats((long) m * n);
        Buffer x = arena.floats((long) m * k);
        float[][] whole = weightGradient(dy, x, m, n, k, m);
        float[][] parts = weightGradient(dy, x, m, n, k, cut);
        assumeTrue(subject.continuesSums(), subject + ": each call adds its whole sum");
        assertArrayEquals(whole[0], parts[0], "dweight");
        assertArrayEquals(whole[1], parts[1], "dbias");
    }

    private float[][] weightGradient(Buffer dy, Buffer x, int m, int n, int k, int cut) {
        Buffer dweight = backend.allocate(DType.F32, (long) n * k, "test");
        Buffer dbias = backend.allocate(DType.F32, n, "test");
        for (int from = 0; from < m; from += cut) {
            int rows = Math.min(cut, m - from);
            backend.linearBackwardWeight(dweight, dbias, dy.slice((long) from * n, (long) rows * n),
                    x.slice((long) from * k, (long) rows * k), rows, n, k);
        }
        return new float[][] {dweight.floats(), dbias.floats()};
    }

    @Test
    void embeddingAndNormGradientsContinueWhereTheyStopped() {
        int n = 50;
        int c = 33;
        Buffer dy = arena.floats(n * c);
        Buffer x = arena.floats(n * c);
        Buffer ids = arena.ints(n, 4);
        Buffer rstd = arena.uniform(n, 0.5, 2);
        RmsNorm norm = new RmsNorm(arena.floats(c), c, 1e-5, 0);
        float[][] results = new float[2][];
        for (int cut : new int[] {n, 17}) {
            Buffer table = backend.allocate(DType.F32, 4 * c, "test");
            Buffer dweight = backend.allocate(DType.F32, c, "test");
            for (int from = 0; from < n; from += cut) {
                int rows = Math.min(cut, n - from);
                backend.embedBackward(table, dy.slice(from * c, rows * c), ids.slice(from, rows), rows, c, 4);
                backend.rmsnormBackward(arena.floats(rows * c), dweight, dy.slice(from * c, rows * c),
                        x.slice(from * c, rows * c), rstd.slice(from, rows), norm, rows);
            }
            float[] both = Arrays.copyOf(table.floats(), 5 * c);
            System.arraycopy(dweight.floats(), 0, both, 4 * c, c);
            results[cut == n ? 0 : 1] = both;
        }
        assumeTrue(subject.continuesSums(), subject + ": each call adds its whole sum");
        assertArrayEquals(results[0], results[1]);
    }

    /** House law 3: what sample records is what the trainer computes again. */
    @ParameterizedTest
    @ValueSource(ints = {5, 33, 1000, 20_000})
    void sampledLogProbEqualsTheTrainers(int vocab) {
        int n = 6;
        Buffer logits = arena.floats((long) n * vocab);
        Buffer copy = backend.allocate(DType.F32, (long) n * vocab, "test");
        backend.copy(copy, logits);
        float temperature = 0.7f;
        Buffer settings = arena.of(new float[n * SampleBatch.SETTINGS]);
        for (int r = 0; r < n; r++) {
            settings.write((long) r * SampleBatch.SETTINGS, new float[] {temperature, 0, 1, 0, 1}, 0, 5);
        }
        Buffer ids = arena.of(new int[n]);
        Buffer sampled = arena.floats(n);
        backend.sample(ids, sampled, copy, new SampleBatch(n, vocab, settings, arena.ints(4 * n, 1 << 30), 3, null,
                null));
        Buffer stats = arena.floats(n * Backend.STATS);
        for (int first = 0; first < vocab; first += Backend.VOCAB_TILE) {
            int width = Math.min(Backend.VOCAB_TILE, vocab - first);
            backend.softmaxStats(stats, columns(logits, n, vocab, first, width),
                    new VocabTile(ids, n, width, first, 1 / (double) temperature));
        }
        Buffer logp = arena.floats(n);
        backend.logprob(logp, arena.floats(n), arena.floats(n), stats, n);
        assertArrayEquals(logp.floats(), sampled.floats());
        assertEquals(n, sampled.length());
    }

    private Buffer columns(Buffer matrix, int n, int vocab, int first, int width) {
        float[] all = matrix.floats();
        float[] some = new float[n * width];
        for (int row = 0; row < n; row++) {
            System.arraycopy(all, row * vocab + first, some, row * width, width);
        }
        return arena.of(some);
    }
}
