package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a file and checksums that another implementation made. */
class EventFileTest {
    private static final double TIME = 1.7e9;

    @TempDir
    Path folder;

    @Test
    void checksumsAreThoseOfAnotherImplementation() throws IOException {
        for (JsonNode vector : golden().get("crc_vectors")) {
            byte[] data = HexFormat.of().parseHex(vector.get("data_hex").asText());
            assertEquals(vector.get("masked").asText(), String.format("%08x", EventFile.checksum(data, data.length)));
        }
    }

    @Test
    void recordsAreThoseOfAnotherImplementation() throws IOException {
        JsonNode records = golden().get("records");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(checked(records.get(0), EventFile.version(TIME)));
        double[][] steps = {{0.125, 1.5, 0}, {0.25, -0.75, 0.01}, {0.5, 0, 0.02}};
        for (int step = 0; step < steps.length; step++) {
            double time = TIME + 0.5 + step;
            Map<String, Double> second = new LinkedHashMap<>();
            second.put("train/loss", steps[step][1]);
            second.put("train/kl", steps[step][2]);
            all.writeBytes(checked(records.get(1 + 2 * step), EventFile.summary(time, step,
                    Map.of("train/reward_mean", steps[step][0]))));
            all.writeBytes(checked(records.get(2 + 2 * step), EventFile.summary(time, step, second)));
        }
        assertArrayEquals(resource("events.out.tfevents.1700000000.golden"), all.toByteArray());
    }

    private static byte[] checked(JsonNode record, ProtobufMessage message) {
        assertEquals(record.get("payload_hex").asText(), HexFormat.of().formatHex(message.bytes()));
        return EventFile.record(message.bytes()).array();
    }

    @Test
    void aFileHoldsItsVersionAndWhatIsAppended() throws IOException {
        Path file = folder.resolve("events");
        try (EventFile events = new EventFile(file, TIME)) {
            events.start(TIME, 300);
            events.scalars(TIME, 300, Map.of("train/\ud800", Double.NaN));
        }
        String time = "0900000040fc54d941";
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (String payload : new String[] {time + "1a0d627261696e2e4576656e743a32", time + "10ac02" + "3a020801",
            time + "10ac02" + "2a12" + "0a10" + "0a09747261696e2fefbfbd" + "150000c07f"}) {
            expected.writeBytes(EventFile.record(HexFormat.of().parseHex(payload)).array());
        }
        assertArrayEquals(expected.toByteArray(), Files.readAllBytes(file));
    }

    private static JsonNode golden() throws IOException {
        return new ObjectMapper().readTree(resource("tfevents_golden.json"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = EventFileTest.class.getResourceAsStream("/tensorboard/" + name)) {
            return in.readAllBytes();
        }
    }
}
