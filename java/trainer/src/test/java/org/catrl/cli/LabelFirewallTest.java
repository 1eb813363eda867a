package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.model.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changing every label changes nothing in the trained weights, unless the recipe asks for labels by name. */
class LabelFirewallTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeModel() throws IOException {
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                max_steps: 3
                prompts_per_step: 4
                grpo: {num_generations: 4}
                optimizer: {learning_rate: 1e-3, lr_scheduler_type: constant}
                sampling: {max_completion_length: 12}
                answer: {format: pattern, pattern: '(\\d)', strict: true}
                synthesis:
                  {template: {prefix: R, separator: R, suffix: S, truncated: ""}, temperature: 1,
                   max_completion_length: 12}
                data: {source: jsonl, train: train.jsonl, held_out: held_out.jsonl, probe: probe.jsonl}
                eval: {problems: 4, samples: 2, every: 1, probe_problems: 4}
                """);
    }

    @Test
    void everyLabelMayChange() throws IOException {
        for (String aggregator : List.of("synthesis", "majority")) {
            String trained = train(aggregator, 1);
            assertEquals(trained, train(aggregator, 5), aggregator);
            assertNotEquals(initial(), trained, aggregator + ": the run must have learned something");
        }
    }

    @Test
    void theControlThatAsksForLabelsReadsThem() throws IOException {
        assertNotEquals(train("labels", 1), train("labels", 5));
    }

    /** SHA-256 of the weights after a run in which every label is the given digit. */
    private String train(String aggregator, int label) throws IOException {
        for (String file : List.of("train.jsonl", "held_out.jsonl", "probe.jsonl")) {
            Files.writeString(folder.resolve(file), IntStream.range(0, 8).mapToObj(id ->
                    "{\"prompt\": \"Q" + id + "=\", \"answer\": \"" + label + "\"}\n").collect(Collectors.joining()));
        }
        Path out = folder.resolve(aggregator + label);
        StringWriter err = new StringWriter();
        assertEquals(0, Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), "train",
                folder.resolve("recipe.yaml").toString(), "--set", "aggregator=" + aggregator, "--out",
                out.toString()), err.toString());
        return sha256(out.resolve("model"));
    }

    private String initial() throws IOException {
        return sha256(folder.resolve("model"));
    }

    private static String sha256(Path model) throws IOException {
        try (ReferenceBackend backend = new ReferenceBackend();
             Weights weights = Weights.load(backend, model, "test")) {
            return weights.sha256();
        }
    }
}
