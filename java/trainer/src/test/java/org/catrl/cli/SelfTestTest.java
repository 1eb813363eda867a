package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.Buffer;
import org.catrl.compute.EmulatedCuda;
import org.catrl.selftest.SelfTest;
import org.catrl.selftest.StepSelfTest;
import org.junit.jupiter.api.Test;

/** The command that users run on their own machines. */
class SelfTestTest {
    private static final Path RECIPE = Path.of("../../models/arithmetic/cat.yaml");

    private static String run(ExitCode expected, Backend backend, Path recipe, int every) {
        StringWriter text = new StringWriter();
        try (backend) {
            assertEquals(expected, SelfTestCommand.run(new SelfTest(backend, new StepSelfTest(recipe), every),
                    new PrintWriter(text, true)), text::toString);
        }
        return text.toString();
    }

    @Test
    void aSoundBackendPassesEverything() {
        String text = run(ExitCode.OK, Backends.cpu(null, 2), RECIPE, 3);
        assertTrue(text.contains("12 of 12 rollouts as on the CPU, mult prob error 1.000000"), text);
        assertTrue(text.contains("0.0 MiB left"), text);
    }

    @Test
    void theKernelsForCudaPassUnderEmulation() {
        String text = run(ExitCode.OK, EmulatedCuda.open(true, false), RECIPE, 40);
        assertTrue(text.contains("contract, BF16"), text);
        assertTrue(text.contains("a step of CaT, F32"), text);
    }

    @Test
    void whatCannotBeCheckedIsSaidToBeSkipped() {
        String text = run(ExitCode.OK, Backends.cpu(null, 1), Path.of("nowhere.yaml"), 200);
        assertTrue(text.contains("skipped: there is no nowhere.yaml"), text);
    }

    @Test
    void aWrongOpFails() {
        String text = run(ExitCode.SELFTEST, broken(Backends.cpu(null, 1)), Path.of("nowhere.yaml"), 1);
        assertTrue(text.matches("(?s).*contract, F32 .*failed: F32 rmsnorm .*the reference has.*"), text);
    }

    @Test
    void aWrongUpdateFailsTheStep() {
        String text = run(ExitCode.SELFTEST, instead(Backends.cpu(null, 1), "sumSquares",
                (sound, arguments) -> sound.fill((Buffer) arguments[0], 2)), RECIPE, 200);
        assertTrue(text.matches("(?s).*a step of CaT, F32 .*failed: 12 of 12 .*grad_norm=1\\.414.*"), text);
    }

    /** A backend whose rmsnorm forgets to divide. */
    private static Backend broken(Backend sound) {
        return instead(sound, "rmsnorm", (backend, arguments) -> backend.fill((Buffer) arguments[0], 1));
    }

    /** A backend of which one op does something else. */
    private static Backend instead(Backend sound, String op, BiConsumer<Backend, Object[]> wrong) {
        return (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals(op)) {
                        wrong.accept(sound, arguments);
                        return null;
                    }
                    try {
                        return method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
