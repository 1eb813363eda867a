package org.catrl.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The native kernels under AddressSanitizer and UndefinedBehaviorSanitizer: check/check.sh. */
class SanitizerTest {
    private static final int NO_SANITIZER = 77;

    @Test
    void kernelsPassUnderSanitizers() throws IOException, InterruptedException {
        Process check = new ProcessBuilder("bash", "check/check.sh").redirectErrorStream(true).start();
        String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = check.waitFor();
        assumeFalse(exit == NO_SANITIZER, "skipped: g++ has no sanitizer runtime here (libasan, libubsan): " + output);
        assertEquals(0, exit, output);
    }
}
