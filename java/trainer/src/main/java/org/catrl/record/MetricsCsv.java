package org.catrl.record;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run's metrics as a table, {@code metrics.csv}: a row for each step and metric, {@code step,name,value}. The metrics
 * of a run are not known before it ends (a judge's failures, an evaluation now and then), and rows can be appended
 * where columns cannot. A value that is not finite is empty.
 */
final class MetricsCsv implements MetricSink {
    private static final String FILE = "metrics.csv";
    private static final String HEADER = "step,name,value";
    private static final Pattern ROW = Pattern.compile("(\\d{1,9}),(?:[^,\"]*+|\"(?:[^\"]|\"\")*+\"),[^,\"]*+");

    private final Path file;
    private final FileChannel rows;

    private MetricsCsv(Path file, FileChannel rows) {
        this.file = file;
        this.rows = rows;
    }

    /**
     * The table of a run that begins or goes on; rows of steps that are not kept are cut off.
     *
     * @param done steps that are done and kept
     * @throws RecordException    when it cannot be written
     * @throws RunFolderException when the file that is there holds something else
     */
    static MetricsCsv open(Path run, int done) {
        Path file = run.resolve(FILE);
        try {
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? goOn(file, done) : begin(file);
        } catch (IOException e) {
            throw RecordException.of(file, e);
        }
    }

    private static MetricsCsv begin(Path file) throws IOException {
        MetricsCsv table = new MetricsCsv(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE));
        table.append(HEADER + "\n");
        return table;
    }

    private static MetricsCsv goOn(Path file, int done) throws IOException {
        long kept = kept(file, done);
        FileChannel rows = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        rows.truncate(kept).position(kept);
        MetricsCsv table = new MetricsCsv(file, rows);
        table.append(kept == 0 ? HEADER + "\n" : "");
        return table;
    }

    /** The bytes of the rows that are kept, which are the first; what a killed process half wrote is none of them. */
    private static long kept(Path file, int done) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))) {
            long kept = 0;
            byte[] line = line(in);
            for (int number = 1; line.length > 0 && line[line.length - 1] == '\n'; number++) {
                if (!isKept(new String(line, StandardCharsets.UTF_8).strip(), number, file, done)) {
                    return kept;
                }
                kept += line.length;
                line = line(in);
            }
            requireRow(kept > 0 || HEADER.startsWith(new String(line, StandardCharsets.UTF_8)), file, 1);
            return kept;
        }
    }

    /** The next line with its end; without one where the file ends before. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.write(next);
            if (next == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    /** Whether a line stays; an evaluation after the last step that is kept is made again at the new end. */
    private static boolean isKept(String line, int number, Path file, int done) {
        Matcher row = ROW.matcher(line);
        requireRow(number == 1 ? line.equals(HEADER) : row.matches(), file, number);
        int step = number == 1 ? -1 : Integer.parseInt(row.group(1));
        return step < done || step == done && (done == 0 || !MetricNames.isHeldOut(line.substring(row.end(1) + 1)));
    }

    private static void requireRow(boolean isOne, Path file, int line) {
        if (!isOne) {
            throw new RunFolderException(file + ", line " + line + ": is no " + HEADER + " of a run's metrics; move "
                    + "the file away, and a new one is begun");
        }
    }

    @Override
    public void step(int done, Map<String, Double> metrics) {
        StringBuilder text = new StringBuilder();
        metrics.forEach((name, value) -> text.append(done).append(',').append(field(name)).append(',')
                .append(Double.isFinite(value) ? value.toString() : "").append('\n'));
        try {
            append(text.toString());
        } catch (IOException e) {
            throw RecordException.of(file, done, e);
        }
    }

    @Override
    public void evaluated(int done, Map<String, Double> metrics) {
        step(done, MetricNames.heldOut(metrics));
    }

    /** A name as RFC 4180 has it, on one line. */
    private static String field(String name) {
        String line = name.replaceAll("\\p{Cc}", " ");
        return line.matches("[^,\"]*") ? line : '"' + line.replace("\"", "\"\"") + '"';
    }

    private void append(String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            rows.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            rows.close();
        } catch (IOException e) {
            throw RecordException.of(file, e);
        }
    }
}
