package org.catrl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolderException;

/**
 * A report: one HTML file that shows runs without a network and without the runs' folders. It holds every figure, and
 * the evidence of so many groups: all of the newest steps, and others spread over the run.
 *
 * <pre>{@code
 * Report.of(List.of(Path.of("runs/mine"))).groups(500).write(Path.of("mine.html"));
 * }</pre>
 */
public final class Report {
    /** The groups that a report holds unless it is told otherwise. */
    public static final int GROUPS = 200;
    private static final int MOST_BYTES = 64_000_000;
    /** What a report begins with: a file that begins otherwise is somebody else's, and stays. */
    private static final String MARK = "<!doctype html>\n<!-- catrl report -->\n";

    private final List<Path> runs;
    private int groups = GROUPS;

    private Report(List<Path> runs) {
        this.runs = runs;
    }

    /** The report of some runs, at least one. @param runs their folders */
    public static Report of(List<Path> runs) {
        return new Report(List.copyOf(runs));
    }

    /** Sets how many groups the report holds, of all runs together. @param most at least 0 */
    public Report groups(int most) {
        this.groups = most;
        return this;
    }

    /**
     * Writes the file, in place of an earlier report of that name.
     *
     * @throws RunFolderException when a folder holds no run's record, or the file is there and is no report
     * @throws RecordException    when a record cannot be read, or the file cannot be written
     */
    public void write(Path file) {
        try {
            requireOurs(file);
            String html = new Page().html(title(), Json.inScript(data()));
            Path partial = file.resolveSibling("." + file.getFileName() + ".partial-" + ProcessHandle.current().pid());
            try {
                Files.writeString(partial, html, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new RecordException(file + ": cannot be written: " + RecordException.reason(e), e);
        }
    }

    private static void requireOurs(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !begins(file)) {
            throw new RunFolderException(file + ": is there and is no report, and nothing is overwritten; name "
                    + "another --out");
        }
    }

    private static boolean begins(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return new String(stream.readNBytes(MARK.length()), StandardCharsets.US_ASCII)
                    .equals(MARK);
        }
    }

    private String title() {
        return runs.size() == 1 ? RunsFolder.name(runs.get(0)) : runs.size() + " runs";
    }

    private ObjectNode data() {
        ObjectNode data = Json.object();
        data.put("made", Instant.now().toString());
        ArrayNode all = data.putArray("runs");
        Set<String> ids = new HashSet<>();
        int bytes = MOST_BYTES / runs.size();
        for (Path folder : runs) {
            String id = free(RunsFolder.name(folder), ids);
            ObjectNode run = RunJson.run(id, folder, -1, 0);
            try (RunTables database = RunTables.open(folder)) {
                new HeldGroups(database, groups / runs.size(), bytes).into(run);
            }
            all.add(run);
        }
        return data;
    }

    /** Two folders may have one name. */
    private static String free(String name, Set<String> taken) {
        String id = name;
        for (int number = 2; !taken.add(id); number++) {
            id = name + " (" + number + ")";
        }
        return id;
    }
}
