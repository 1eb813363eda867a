package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
        return Stream.of(DType.F32, DType.BF16).flatMap(real -> OpCases.all(real).stream());
    }

    /** Cases that the subject's storage types rule out end here: they are among another subject's. */
    private boolean beyond(OpCase op) {
        return !subject.storageTypes().contains(op.real());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheReference(OpCase op) {
        if (beyond(op)) {
            return;
        }
        List<OpCheck.Output> expected = OpCheck.expected(op);
        List<OpCheck.Output> actual = on(subject, op);
        OpCheck.compare(op, expected, actual);
        assertThrows(AssertionError.class, () -> OpCheck.compare(op, expected, OpCheck.perturbed(op, actual)),
                "a wrong element goes unnoticed");
    }

    /** More threads on a CPU; on the emulated device, threads in the reverse order. */
    @ParameterizedTest
    @MethodSource("cases")
    void theOrderOfThreadsChangesNoBit(OpCase op) {
        if (beyond(op)) {
            return;
        }
        List<OpCheck.Output> one = on(subject, op);
        List<OpCheck.Output> other = on(subject.otherwise(), op);
        for (int i = 0; i < one.size(); i++) {
            assertArrayEquals(one.get(i).values(), other.get(i).values(), op + ", output " + i);
        }
    }

    private static List<OpCheck.Output> on(Subject subject, OpCase op) {
        try (Backend backend = subject.open()) {
            return OpCheck.run(op, backend);
        }
    }
}
