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
