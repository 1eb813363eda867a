package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.catrl.compute.CheckedCall.Argument;
import org.catrl.compute.check.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every buffer of every op, made wrong in every way there is: an exception that names it, and never a crash. */
@ParameterizedClass
@ValueSource(strings = {"reference", "cpu"})
class CheckedBackendTest {
    @Parameter
    String name;

    private Backend backend;
    private Backend other;

    @BeforeEach
    void open() {
        backend = Backends.open(name, 2).backend();
        other = Backends.open("cpu", 1).backend();
    }

    @AfterEach
    void close() {
        backend.close();
        other.close();
    }

    /** What can be wrong with a buffer. */
    enum Fault {
        CLOSED(IllegalStateException.class) {
            @Override
            Buffer of(Argument argument, Backend backend, Backend other) {
                Buffer closed = like(argument, backend, argument.buffer().length());
                closed.close();
                return closed;
            }
        },
        FOREIGN(IllegalArgumentException.class) {
            @Override
            Buffer of(Argument argument, Backend backend, Backend other) {
                return like(argument, other, argument.buffer().length());
            }
        },
        OF_ANOTHER_TYPE(IllegalArgumentException.class) {
            @Override
            Buffer of(Argument argument, Backend backend, Backend other) {
                DType wrong = argument.buffer().type() == DType.I32 ? DType.F32 : DType.I32;
                return backend.allocate(wrong, argument.buffer().length(), "wrong");
            }
        },
        TOO_SHORT(IllegalArgumentException.class) {
            @Override
            Buffer of(Argument argument, Backend backend, Backend other) {
                return like(argument, backend, argument.buffer().length() - 1);
            }
        },
        NULL(IllegalArgumentException.class) {
            @Override
            Buffer of(Argument argument, Backend backend, Backend other) {
                return null;
            }
        };

        private final Class<? extends RuntimeException> thrown;

        Fault(Class<? extends RuntimeException> thrown) {
            this.thrown = thrown;
        }

        abstract Buffer of(Argument argument, Backend backend, Backend other);

        static Buffer like(Argument argument, Backend backend, long length) {
            return backend.allocate(argument.buffer().type(), length, "wrong");
        }

        boolean isWrongFor(CheckedCall call, Argument argument) {
            return switch (this) {
                case NULL -> !argument.nullable();
                case TOO_SHORT -> argument.shape();
                case OF_ANOTHER_TYPE -> !call.op().equals("fill");
                case CLOSED, FOREIGN -> true;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesTheWrongArgument(Fault fault) {
        for (CheckedCall call : new CheckedCalls(backend).all()) {
            for (Argument argument : call.arguments()) {
                if (fault.isWrongFor(call, argument)) {
                    check(call, argument, fault);
                }
            }
        }
    }

    private void check(CheckedCall call, Argument argument, Fault fault) {
        Buffer wrong = fault.of(argument, backend, other);
        String message = assertThrows(fault.thrown, () -> call.runWith(argument.name(), wrong),
                call + " takes " + argument.name() + " " + fault).getMessage();
        assertTrue(message.startsWith(call.op() + ": ") && message.contains(argument.name()), message);
        if (wrong != null) {
            assertTrue(message.contains(wrong.toString()) || message.contains("must be " + lengthOf(wrong)),
                    message + " should tell of " + wrong);
        }
    }

    /** How a message tells that another argument must be as this one is. */
    private static String lengthOf(Buffer buffer) {
        return buffer.type() + "[" + buffer.length() + "]";
    }

    @Test
    void rightArgumentsPass() {
        for (CheckedCall call : new CheckedCalls(backend).all()) {
            call.run();
            call.arguments().stream().filter(Argument::nullable)
                    .forEach(argument -> call.runWith(argument.name(), null));
        }
    }

    @Test
    void everyOpIsAmongThem() {
        Set<String> ops = Arrays.stream(Backend.class.getMethods())
                .filter(method -> Arrays.asList(method.getParameterTypes()).contains(Buffer.class))
                .map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
        Set<String> called = new CheckedCalls(backend).all().stream().map(CheckedCall::op)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(ops, called);
    }

    @Test
    void sayWhatIsExpectedAndWhatIsThere() {
        Arena a = new Arena(backend, 1);
        Buffer y = a.floats(34);
        Buffer x = a.floats(35);
        assertEquals("glu: y must be F32[n * f = 35] or longer; it is check[F32 x 34]",
                refused(() -> backend.glu(y, a.floats(70), 7, 5, GluActivation.SILU)));
        assertEquals("rmsnorm: n must be at least 0; it is -1",
                refused(() -> backend.rmsnorm(x, null, x, new RmsNorm(x, 5, 0, 0), -1)));
        assertEquals("rmsnorm: norm.epsilon must be finite and not below 0; it is NaN",
                refused(() -> backend.rmsnorm(x, null, x, new RmsNorm(x, 5, Double.NaN, 0), 7)));
        assertEquals("softmaxStats: tile.firstId must be a multiple of 8192; it is 100",
                refused(() -> backend.softmaxStats(x, x, new VocabTile(a.ints(1, 1), 1, 5, 100, 1))));
        assertEquals("copy: from must be F32[35], as long as to; it is check[F32 x 34]",
                refused(() -> backend.copy(x, y)));
        assertEquals("adamw: step must be at least 1; it is 0", refused(() -> backend.adamw(x, a.floats(35),
                a.floats(35), a.floats(35), null, new AdamWStep(1, 0.9, 0.9, 0, 0, 0, 0, 1))));
        assertEquals("allocate: length must be at least 0; it is -3",
                refused(() -> backend.allocate(DType.F32, -3, "test")));
        assertEquals("fill: value must be an int for check[I32 x 1]; it is 0.5",
                refused(() -> backend.fill(a.of(1), 0.5)));
    }

    private static String refused(Runnable op) {
        return assertThrows(IllegalArgumentException.class, op::run).getMessage();
    }

    @Test
    void settingsOfALossAreRanges() {
        for (GrpoParameters wrong : new GrpoParameters[] {
            new GrpoParameters(false, false, -0.1, 1, 2, 0, KlEstimator.K1),
            new GrpoParameters(false, false, 1.1, 1, 2, 0, KlEstimator.K1),
            new GrpoParameters(false, false, 0.8, Double.NaN, 2, 0, KlEstimator.K1),
            new GrpoParameters(false, false, 0.8, 1, 0, 0, KlEstimator.K1),
            new GrpoParameters(false, false, 0.8, 1, 2, Double.POSITIVE_INFINITY, KlEstimator.K1),
            new GrpoParameters(false, false, 0.8, 1, 2, 0, null)}) {
            Arena a = new Arena(backend, 1);
            Buffer x = a.floats(2);
            PolicyTokens tokens = new PolicyTokens(2, 1, a.floats(2), a.floats(2), null, a.floats(2), a.floats(2),
                    a.of(0, 2));
            String message = refused(() -> backend.grpo(x, a.floats(2), a.doubles(7), tokens, wrong));
            assertTrue(message.startsWith("grpo: "), message);
        }
    }

    /** A batch may turn out empty: sums stay what they are. */
    @Test
    void noRowsAreNoError() {
        Arena a = new Arena(backend, 1);
        Buffer none = a.floats(0);
        Buffer ids = a.of(new int[0]);
        Buffer sums = a.of(5f, 6f, 7f, 8f);
        PagedRows rows = new PagedRows(0, 0, 0, ids, ids, ids);
        HeadShape heads = new HeadShape(2, 1, 4);
        AttentionShape shape = new AttentionShape(heads, 1, 0);
        KeyValueCache cache = new KeyValueCache(none, none);
        VocabTile tile = new VocabTile(ids, 0, 5, 0, 1);
        GrpoParameters loss = new GrpoParameters(false, true, 0.8, 1, 2, 0, KlEstimator.K3);
        backend.embed(none, a.floats(4), ids, 0, 2, 2);
        backend.embedBackward(sums, none, ids, 0, 2, 2);
        backend.rmsnorm(none, none, none, new RmsNorm(sums, 4, 1e-5, 0), 0);
        backend.rmsnormBackward(none, sums, none, none, none, new RmsNorm(a.floats(4), 4, 1e-5, 0), 0);
        backend.linear(none, none, a.packed(a.floats(4), 2, 2), null, null, 0, 2, 2);
        backend.linearBackwardInput(none, none, sums, 0, 2, 2, false);
        backend.linearBackwardWeight(sums, a.floats(2), none, none, 0, 2, 2);
        backend.rope(none, cache, none, rows, heads, none, new HeadNorms(sums, sums, 1e-5, 0));
        backend.ropeBackward(none, none, rows, heads, none, new HeadNorms(a.floats(4), a.floats(4), 1e-5, 0), sums,
                sums);
        backend.attention(none, none, none, cache, rows, shape);
        backend.attentionBackward(none, none, none, none, none, cache, rows, shape);
        backend.glu(none, none, 0, 3, GluActivation.SILU);
        backend.gluBackward(none, none, none, 0, 3, GluActivation.SILU);
        backend.softmaxStats(none, none, tile);
        backend.logprob(none, none, none, none, 0);
        backend.logprobBackward(none, none, none, none, tile);
        backend.sample(ids, none, none, new SampleBatch(0, 5, none, ids, 1, null, null));
        backend.grpo(none, none, a.doubles(7), new PolicyTokens(0, 0, none, none, none, none, none, a.of(0)), loss);
        assertArrayEquals(new float[] {5, 6, 7, 8}, sums.floats());
    }
}
