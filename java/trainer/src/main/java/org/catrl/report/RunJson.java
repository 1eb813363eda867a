package org.catrl.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;

/** What the page is told of one run, read in one moment. */
final class RunJson {
    private RunJson() { }

    /** The run's row in the table of runs. */
    static ObjectNode row(String id, Path folder) {
        try (RunTables run = RunTables.open(folder)) {
            return new RunOverview(id, folder, run).row(Instant.now());
        }
    }

    /**
     * The run with its figures, or those after a step alone, for a page that has the others.
     *
     * @param after  the last step that the page has, counted from 0; -1 = none
     * @param starts how many processes had worked on the run when the page read it: one more may have gone back some
     *               steps, and then the page gets all of them
     */
    static ObjectNode run(String id, Path folder, int after, int starts) {
        try (RunTables run = RunTables.open(folder)) {
            RunOverview overview = new RunOverview(id, folder, run);
            ObjectNode all = overview.row(Instant.now());
            int from = all.path("processes").intValue() == starts && after < all.path("done").intValue() ? after : -1;
            all.put("after", from);
            overview.into(all);
            new RunCurves(run, from).into(all);
            return all;
        }
    }
}
