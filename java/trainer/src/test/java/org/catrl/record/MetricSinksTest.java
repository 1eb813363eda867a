package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricSinksTest {
    private static final Clock NOW = Clock.fixed(Instant.ofEpochSecond(1_700_000_000L), ZoneOffset.UTC);

    @TempDir
    Path run;

    @Test
    void onlyWhatIsAskedForIsWritten() throws IOException {
        MetricSinks.open(run, false, false, 0).close();
        assertEquals(List.of(), names());
        MetricSinks.open(run, false, true, 0).close();
        assertEquals(List.of("metrics.csv"), names());
        MetricSinks.open(run, true, true, 0).close();
        assertEquals(2, names().size());
        assertTrue(names().get(0).matches("events\\.out\\.tfevents\\.\\d{10}\\.[A-Za-z0-9._-]+\\.\\d+\\.0"), names()
                .get(0));
    }

    @Test
    void theTableHasARowForEachMetric() throws IOException {
        Map<String, Double> first = new LinkedHashMap<>();
        first.put("reward", 0.5);
        first.put("entropy", Double.NaN);
        first.put("rewards/a,\"b\"\n/mean", 1e-7);
        try (MetricSink table = MetricsCsv.open(run, 0)) {
            table.evaluated(0, Map.of("eval_label_accuracy", 0.25));
            table.step(1, first);
            table.step(2, Map.of("eval_label_accuracy", 1.0));
        }
        assertEquals("step,name,value\n0,test_label_accuracy,0.25\n1,reward,0.5\n1,entropy,\n"
                + "1,\"rewards/a,\"\"b\"\" /mean\",1.0E-7\n2,eval_label_accuracy,1.0\n", table());
    }

    @Test
    void aTableGoesOnAfterTheStepsThatAreKept() throws IOException {
        try (MetricSink table = MetricsCsv.open(run, 0)) {
            table.evaluated(0, Map.of("eval_x", 0.0));
            for (int done = 1; done <= 12; done++) {
                table.step(done, Map.of("a,b", done / 4.0));
            }
            table.evaluated(12, Map.of("eval_x", 1.0));
        }
        String whole = table();
        Files.writeString(run.resolve("metrics.csv"), "13,half a ro", StandardOpenOption.APPEND);
        MetricsCsv.open(run, 12).close();
        String twelve = whole.replace("12,test_x,1.0\n", "");
        assertEquals(twelve, table());
        try (MetricSink table = MetricsCsv.open(run, 11)) {
            table.step(12, Map.of("a,b", 3.0));
        }
        assertEquals(twelve, table());
        MetricsCsv.open(run, 0).close();
        assertEquals("step,name,value\n0,test_x,0.0\n", table());
    }

    @Test
    void aTableThatWasHardlyBegunIsBegunAgain() throws IOException {
        for (String begun : List.of("", "step,na", "step,name,value")) {
            Files.writeString(run.resolve("metrics.csv"), begun);
            MetricsCsv.open(run, 3).close();
            assertEquals("step,name,value\n", table());
        }
    }

    @Test
    void aFileThatIsNoTableIsLeftAsItIs() throws IOException {
        for (String other : List.of("mine", "mine\n", "step,name,value\n1,reward,0.5\nmine\n",
                "step,name,value\n1,reward,a,b\"\n")) {
            Files.writeString(run.resolve("metrics.csv"), other);
            String message = assertThrows(RunFolderException.class, () -> MetricsCsv.open(run, 5)).getMessage();
            assertTrue(message.startsWith(run.resolve("metrics.csv") + ", line "), message);
            assertTrue(message.contains("move the file away"), message);
            assertEquals(other, table());
        }
    }

    @Test
    void everyProcessWritesAFileThatComesAfterTheOthers() throws IOException {
        Files.createFile(run.resolve("events.out.tfevents.1800000000.otherhost.7.0"));
        TensorBoard.open(run, 0, NOW).close();
        TensorBoard.open(run, 5, NOW).close();
        List<String> names = names();
        assertEquals(3, names.size());
        assertTrue(names.get(1).startsWith("events.out.tfevents.1800000001."), names.get(1));
        assertTrue(names.get(2).startsWith("events.out.tfevents.1800000002."), names.get(2));
    }

    @Test
    void eventsBeginWithTheStepThatTheProcessStartsFrom() throws IOException {
        Map<String, Double> step = new LinkedHashMap<>();
        step.put("rewards/rubric/mean", 0.5);
        step.put("eval_label_accuracy", 0.25);
        try (TensorBoard board = TensorBoard.open(run, 4, NOW)) {
            board.step(5, step);
            board.evaluated(5, Map.of("eval_pass_accuracy", 1.0));
        }
        List<byte[]> payloads = payloads(run.resolve(names().get(0)));
        assertEquals(4, payloads.size());
        assertArrayEquals(EventFile.version(1.7e9).bytes(), payloads.get(0));
        assertArrayEquals(new ProtobufMessage().real(1, 1.7e9).integer(2, 5)
                .message(7, new ProtobufMessage().integer(1, 1)).bytes(), payloads.get(1));
        Map<String, Double> tags = new LinkedHashMap<>();
        tags.put("train/rewards/rubric/mean", 0.5);
        tags.put("eval/label_accuracy", 0.25);
        assertArrayEquals(EventFile.summary(1.7e9, 5, tags).bytes(), payloads.get(2));
        assertArrayEquals(EventFile.summary(1.7e9, 5, Map.of("test/pass_accuracy", 1.0)).bytes(), payloads.get(3));
    }

    @Test
    void eventsOfStepsThatAreNotKeptAreCutOff() throws IOException {
        try (TensorBoard board = TensorBoard.open(run, 0, NOW)) {
            board.evaluated(0, Map.of("eval_x", 0.0));
            for (int done = 1; done <= 300; done++) {
                board.step(done, Map.of("test", done / 4.0));
            }
            board.evaluated(300, Map.of("eval_x", 1.0));
        }
        Path file = run.resolve(names().get(0));
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        byte[] whole = Files.readAllBytes(file);
        TensorBoard.open(run, 301, NOW).close();
        assertArrayEquals(whole, Files.readAllBytes(file));
        TensorBoard.open(run, 300, NOW).close();
        assertEquals(303, payloads(file).size());
        TensorBoard.open(run, 128, NOW).close();
        assertEquals(131, payloads(file).size());
        assertArrayEquals(EventFile.summary(1.7e9, 128, Map.of("train/test", 32.0)).bytes(), payloads(file).get(130));
        TensorBoard.open(run, 0, NOW).close();
        assertEquals(1, payloads(file).size());
    }

    @Test
    void whatIsNoEventFileIsLeftAsItIs() throws IOException {
        for (byte[] other : new byte[][] {{}, {1}, new byte[100], "events of somebody else".getBytes(
                StandardCharsets.UTF_8), {-1, -1, -1, -1, -1, -1, -1, -1, 5}, record("2a0a"), record("2affffff"),
                record("2a040a0a0aff"), record("2a040a020aff")}) {
            Path file = Files.write(run.resolve("events.out.tfevents.1.a.b"), other);
            TensorBoard.open(run, 0, NOW).close();
            assertArrayEquals(other, Files.readAllBytes(file));
        }
    }

    /** A record whose event has a time and then this. */
    private static byte[] record(String fields) {
        return EventFile.record(HexFormat.of().parseHex("0900000040fc54d941" + fields)).array();
    }

    @Test
    void whatCannotBeWrittenIsNamedWithItsStep() throws IOException {
        Path file = run.resolve("file");
        Files.createFile(file);
        RecordException unmade = assertThrows(RecordException.class, () -> MetricSinks.open(file, true, false, 0));
        assertTrue(unmade.getMessage().startsWith(file + ": TensorBoard's event file cannot be made: "),
                unmade.getMessage());
        assertThrows(RecordException.class, () -> MetricSinks.open(file, true, true, 0));
        for (boolean csv : new boolean[] {true, false}) {
            MetricSink sink = MetricSinks.open(run, !csv, csv, 0);
            sink.close();
            String message = assertThrows(RecordException.class, () -> sink.step(7, Map.of("reward", 1.0)))
                    .getMessage();
            assertTrue(message.contains(csv ? "metrics.csv: " : "events.out.tfevents."), message);
            assertTrue(message.contains("cannot be written after step 7: "), message);
        }
    }

    private String table() throws IOException {
        return Files.readString(run.resolve("metrics.csv"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The payloads of a file of events, whose checksums are right. */
    private static List<byte[]> payloads(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> payloads = new ArrayList<>();
        while (all.hasRemaining()) {
            int start = all.position();
            byte[] payload = new byte[(int) all.getLong()];
            all.getInt();
            all.get(payload).getInt();
            assertEquals(ByteBuffer.wrap(EventFile.record(payload).array()), ByteBuffer.wrap(all.array(), start,
                    all.position() - start), () -> new String(payload, StandardCharsets.UTF_8));
            payloads.add(payload);
        }
        return payloads;
    }
}
