package org.catrl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catrl.data.HashSplit.Part;
import org.catrl.text.OutsideCases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets in the schemas they are published in, and any other by a mapping. */
class PublishedDataTest {
    @TempDir
    Path folder;

    @Test
    void problemsWithAnswers() {
        List<LabelledPrompt> math = LabelledLines.read(OutsideCases.file("math_data/math500.jsonl"), FieldMapping.MATH);
        assertEquals(500, math.size());
        assertTrue(math.get(0).prompt().text().startsWith("Convert the point $(0,3)$"));
        assertTrue(math.stream().noneMatch(problem -> problem.gold().isBlank()));
        assertEquals(30, LabelledLines.read(OutsideCases.file("math_data/aime24.jsonl"), FieldMapping.MATH).size());
        assertTrue(LabelledLines.read(OutsideCases.file("math_data/amc.jsonl"), FieldMapping.MATH).size() > 30);
    }

    @Test
    void answersAtTheEndOfASolution() {
        Path file = OutsideCases.file("math_data/gsm8k_test.jsonl");
        List<LabelledPrompt> gsm = LabelledLines.read(file, FieldMapping.GSM8K);
        assertEquals("18", gsm.get(0).gold());
        assertTrue(gsm.stream().allMatch(problem -> problem.gold().matches("-?[$0-9.,]+")));
    }

    @Test
    void conversationsWithRubrics() {
        Path file = OutsideCases.file("healthbench/healthbench_official_schema_rows.jsonl");
        List<LabelledPrompt> health = LabelledLines.read(file, FieldMapping.HEALTHBENCH);
        assertEquals(9, health.size());
        assertEquals("user", health.get(0).prompt().turns().get(0).role());
        assertTrue(health.get(0).gold().startsWith("[{\"criterion\":"));
        assertTrue(JsonLines.prompts(file, FieldMapping.HEALTHBENCH).stream()
                .noneMatch(prompt -> prompt.turns().isEmpty()));
    }

    @Test
    void anyOtherByAMapping() throws IOException {
        Path file = Files.writeString(folder.resolve("own.jsonl"), "{\"q\": \"2+2?\", \"a\": \"so it is <4>\"}\n"
                + "{\"q\": [{\"role\": \"system\", \"content\": \"short\"}, "
                + "{\"role\": \"user\", \"content\": \"3+3?\"}], \"a\": \"<5> or <6>\"}\n");
        FieldMapping fields = new FieldMapping("q", "a", Pattern.compile("<(\\d+)>"), "Q: {prompt}\nA:");
        List<LabelledPrompt> rows = LabelledLines.read(file, fields);
        assertEquals("Q: 2+2?\nA:", rows.get(0).prompt().text());
        assertEquals("4", rows.get(0).gold());
        assertEquals("6", rows.get(1).gold());
        assertEquals("system: short\n\nuser: 3+3?", rows.get(1).prompt().text());
        FieldMapping other = new FieldMapping("q", "a", Pattern.compile("#(\\d+)"), null);
        assertTrue(assertThrows(DataException.class, () -> LabelledLines.read(file, other)).getMessage()
                .contains("line 1: the answer does not match"));
        assertThrows(IllegalArgumentException.class, () -> new FieldMapping("q", "a", null, "no place"));
        Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"q\": [{\"role\": 1}]}\n");
        assertTrue(assertThrows(DataException.class, () -> JsonLines.prompts(bad, fields)).getMessage()
                .contains("line 1: a message in \"q\""));
    }

    @Test
    void aSplitDependsOnThePromptAndTheSeedAlone() {
        HashSplit split = new HashSplit(3, 0.2, 0.1);
        Map<Part, Long> sizes = IntStream.range(0, 10_000).mapToObj(i -> split.of("prompt " + i))
                .collect(Collectors.groupingBy(part -> part, Collectors.counting()));
        assertEquals(7000, sizes.get(Part.TRAIN), 150);
        assertEquals(2000, sizes.get(Part.VALIDATION), 150);
        assertEquals(1000, sizes.get(Part.TEST), 150);
        assertEquals(split.of("p"), new HashSplit(3, 0.2, 0.1).of("p"));
        assertTrue(IntStream.range(0, 100).anyMatch(i -> new HashSplit(4, 0.2, 0.1).of("p" + i) != split.of("p" + i)));
        assertEquals(Part.TRAIN, new HashSplit(1, 0, 0).of("x"));
        assertThrows(IllegalArgumentException.class, () -> new HashSplit(1, 0.6, 0.5));
    }
}
