package org.catrl.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Cases collected outside the repository, in ../shared/data; without them the tests that need them are skipped. */
public final class OutsideCases {
    private static final Path DATA = Path.of("../../../shared/data");

    private OutsideCases() { }

    public static Path file(String name) {
        Path file = DATA.resolve(name);
        assumeTrue(Files.exists(file), () -> "skipped: " + file.toAbsolutePath().normalize() + " is not there");
        return file;
    }

    public static List<JsonNode> lines(String name) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file(name))) {
            rows.add(json.readTree(line));
        }
        return rows;
    }
}
