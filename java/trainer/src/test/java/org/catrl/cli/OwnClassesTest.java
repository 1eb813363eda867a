package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worked example of an aggregator and a reward of a user's own: two sources, two service files, one recipe, and the
 * folder of the classes behind --classpath. The launcher runs a training step with them, in a bundle's layout.
 */
@Tag("hostile")
class OwnClassesTest {
    private static final String AGGREGATOR = """
            package mine;

            import java.util.Comparator;
            import org.catrl.aggregate.*;
            import org.catrl.flow.*;
            import org.catrl.lm.*;
            import org.catrl.text.AnswerFormat;

            /** The shortest rollout is the reference. */
            public final class Shortest implements AggregatorProvider {
                @Override
                public String name() {
                    return "shortest";
                }

                @Override
                public Aggregator create(LanguageModel anchor, AnswerFormat format, long seed) {
                    return (group, step) -> {
                        String text = group.rollouts().stream().map(Rollout::text)
                                .min(Comparator.comparingInt(String::length)).orElseThrow();
                        return Pending.of(new PseudoReference(text, format.extract(text), name(),
                                java.util.Collections.nCopies(group.rollouts().size(), 0.0), 1,
                                java.util.Optional.empty()));
                    };
                }
            }
            """;
    private static final String REWARD = """
            package mine;

            import org.catrl.flow.*;
            import org.catrl.lm.*;
            import org.catrl.reward.*;
            import org.catrl.text.AnswerFormat;

            /** As long as the reference is best: minus the difference in characters. */
            public final class Length implements RewardProvider {
                @Override
                public String name() {
                    return "length";
                }

                @Override
                public RewardDeriver create(LanguageModel judge, AnswerFormat format) {
                    return new RewardDeriver() {
                        @Override
                        public String name() {
                            return "length";
                        }

                        @Override
                        public Pending<ScoredGroup> score(TaughtGroup group, int step) {
                            int best = group.reference().text().length();
                            return Pending.of(new ScoredGroup(group, group.group().rollouts().stream().map(rollout -> {
                                double off = Math.abs(rollout.text().length() - best);
                                return Reward.of(-off, new Evidence.Measure("characters off", off));
                            }).toList()));
                        }
                    };
                }
            }
            """;

    @TempDir
    Path folder;

    private Path classes;

    @BeforeEach
    void compile() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources/mine"));
        Files.writeString(sources.resolve("Shortest.java"), AGGREGATOR);
        Files.writeString(sources.resolve("Length.java"), REWARD);
        classes = Files.createDirectories(folder.resolve("my classes"));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-d",
                classes.toString(), "-cp", System.getProperty("java.class.path"),
                sources.resolve("Shortest.java").toString(), sources.resolve("Length.java").toString()));
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve("org.catrl.aggregate.AggregatorProvider"), "mine.Shortest\n");
        Files.writeString(services.resolve("org.catrl.reward.RewardProvider"), "mine.Length\n");
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1=\"}\n{\"prompt\": \"Q2=\"}\n");
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                threads: 1
                max_steps: 1
                prompts_per_step: 2
                data: {train: prompts.jsonl}
                grpo: {num_generations: 2}
                sampling: {max_completion_length: 8}
                aggregator: custom
                aggregator_name: shortest
                rewards: [{kind: custom, provider: length}]
                eval: {problems: 0}
                """);
    }

    @Test
    void theLauncherTrainsWithThem() throws Exception {
        Path out = folder.resolve("out");
        Result result = launch("train", folder.resolve("recipe.yaml").toString(), "--classpath", classes.toString(),
                "--out", out.toString());
        assertEquals(0, result.code, result.text);
        String group = RecordedLines.groups(out).get(0);
        assertTrue(group.contains("\"source\":\"shortest\"") && group.contains("characters off "), group);
        assertTrue(String.join("\n", RecordedLines.metrics(out)).contains("rewards/length/mean"));
    }

    @Test
    void withoutThemTheMessageNamesWhatThereIs() throws Exception {
        Result result = launch("train", folder.resolve("recipe.yaml").toString(), "--out",
                folder.resolve("out").toString());
        assertTrue(result.text.contains("shortest") && result.text.contains("there are none"), result.text);
        assertEquals(2, result.code, result.text);
    }

    private record Result(int code, String text) { }

    /** The launcher beside a runtime, as in a bundle, whose java takes the classes of this build first. */
    private Result launch(String... arguments) throws Exception {
        Path home = Files.createDirectories(folder.resolve("a bundle"));
        Path launcher = home.resolve("catrl");
        if (!Files.exists(launcher)) {
            Files.copy(Path.of("../../catrl"), launcher, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            Path java = Files.createDirectories(home.resolve("runtime/bin")).resolve("java");
            Files.writeString(java, "#!/usr/bin/env bash\narguments=()\nfor a; do\n"
                    + "    [ \"${last:-}\" != -cp ] || a=$TESTED:$a\n    arguments+=(\"$a\") last=$a\ndone\n"
                    + "exec '" + System.getProperty("java.home") + "/bin/java' \"${arguments[@]}\"\n");
            assertTrue(java.toFile().setExecutable(true));
        }
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()),
                Stream.of(arguments)).toList()).redirectErrorStream(true);
        builder.environment().put("TESTED", absolute(System.getProperty("java.class.path")));
        builder.environment().remove("CATRL_CLASSPATH");
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }

    private static String absolute(String classPath) {
        return String.join(File.pathSeparator, List.of(classPath.split(File.pathSeparator)).stream()
                .map(place -> Path.of(place).toAbsolutePath().toString()).toList());
    }
}
