package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.catrl.compute.check.OpCase;
import org.catrl.compute.check.OpCases;
import org.catrl.compute.check.OpCheck;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend promises, checked against the reference: see {@link Backend}. */
@ParameterizedClass
@MethodSource("org.catrl.compute.Subject#all")
class BackendContractTest {
    @Parameter
    Subject subject;

    static Stream<OpCase> cases() {
        return Stream.of(DType.F32, DType.BF16).flatMap(storage -> OpCases.all(storage).stream());
    }

    private void assumeStored(OpCase op) {
        assumeTrue(subject.storageTypes().contains(op.storage()), subject + " does not store " + op.storage());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheReference(OpCase op) {
        assumeStored(op);
        List<OpCheck.Output> expected = OpCheck.expected(op);
        List<OpCheck.Output> actual = on(subject, op);
        OpCheck.compare(op, expected, actual);
        OpCheck.requireNoticed(op, expected, actual);
    }

    /** More threads on a CPU; on the emulated device, threads in the reverse order. */
    @ParameterizedTest
    @MethodSource("cases")
    void theOrderOfThreadsChangesNoBit(OpCase op) {
        assumeStored(op);
        List<OpCheck.Output> usual = on(subject, op);
        List<OpCheck.Output> other = on(subject.otherwise(), op);
        for (int i = 0; i < usual.size(); i++) {
            assertArrayEquals(usual.get(i).values(), other.get(i).values(), op + ", output " + i);
        }
    }

    private static List<OpCheck.Output> on(Subject subject, OpCase op) {
        try (Backend backend = subject.open()) {
            return OpCheck.run(op, backend);
        }
    }
}
