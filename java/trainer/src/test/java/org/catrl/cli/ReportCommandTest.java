package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code catrl report} and {@code catrl ui} on a wrong command line. */
class ReportCommandTest {
    @TempDir
    private Path temp;
    private final StringWriter err = new StringWriter();

    @Test
    void whatIsNoRunIsNamed() {
        assertEquals(ExitCode.USAGE.code(), catrl("report", temp.toString()));
        assertTrue(err.toString().contains(temp + ": holds no run.db"), err::toString);
        assertEquals(ExitCode.USAGE.code(), catrl("ui", temp.resolve("nowhere").toString()));
        assertTrue(err.toString().contains("nowhere: there is no such folder"), err::toString);
    }

    @Test
    void wrongNumbersAreNamed() {
        assertEquals(ExitCode.USAGE.code(), catrl("report", temp.toString(), "--groups", "-1"));
        assertTrue(err.toString().contains("--groups is -1"), err::toString);
        assertEquals(ExitCode.USAGE.code(), catrl("ui", temp.toString(), "--port", "65536"));
        assertTrue(err.toString().contains("--port is 65536"), err::toString);
        assertEquals(ExitCode.USAGE.code(), catrl("report"));
    }

    private int catrl(String... arguments) {
        return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
    }
}
