package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void doctorDescribesTheMachine() {
        assertEquals(0, run("doctor"));
        assertTrue(out.toString().contains("processor"), out.toString());
        assertTrue(out.toString().contains("  cpu       usable: cpu: "), out.toString());
        assertTrue(out.toString().matches("(?s).*  cuda      (usable|not usable: backend cuda: ).*"), out.toString());
        assertTrue(out.toString().matches("(?s).*weights +\\d+\\.\\d KiB.*"), out.toString());
        assertTrue(out.toString().matches("(?s).*left after it was closed +0.0 KiB.*"), out.toString());
    }

    @Test
    void anUnknownCommandIsAUsageErrorThatNamesTheNearest() {
        assertEquals(ExitCode.USAGE.code(), run("docter"));
        assertTrue(err.toString().contains("doctor"), err.toString());
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
