package org.catrl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the signals of runs, on two that are written by hand. */
class GuardTableTest {
    private static final String HEADER = "steps,guard/score,error,label\n";

    @TempDir
    Path folder;

    private GuardCurve curve(String name, String rows) throws IOException {
        return GuardCurve.read(Files.writeString(folder.resolve(name + ".csv"), HEADER + rows));
    }

    @Test
    void aRunThatCollapsesIsTold() throws IOException {
        GuardCurve run = curve("falls", "0,0.4,0.01,0.4\n20,0.8,0.01,0.7\n10,0.6,0.01,0.6\n30,0.7,0.01,0.5\n");
        assertTrue(run.isCollapse());
        assertEquals(OptionalInt.of(3), run.warned(0.15));
        assertEquals(OptionalInt.empty(), run.warned(0.5));
        assertEquals(20, run.steps(run.kept(3)), "rows are by steps");
        assertFalse(run.until(20).isCollapse());
    }

    @Test
    void theTableCountsBothKinds() throws IOException {
        String table = GuardTable.of(List.of(
                curve("falls", "0,0.4,0.01,0.4\n10,0.8,0.01,0.7\n20,0.5,0.01,0.3\n"),
                curve("rises", "0,0.4,0.01,0.4\n10,0.8,0.01,0.7\n20,0.79,0.01,0.75\n")));
        assertTrue(table.contains("| falls | 20 | 0.400 | 0.700 (10) | 0.300 | 20 (0.300) | 0.700 (10) |"), table);
        assertTrue(table.contains("warned of 1 of 1 collapses, false alarms in 0 of 1 runs that improve"), table);
        assertTrue(table.contains("warn 1 of 2, stop 1 of 2; the last one: 1 of 2"), table);
    }
}
