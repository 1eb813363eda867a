package org.catrl.cli;

import static org.catrl.setting.SettingException.require;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.flow.Rollout;
import org.catrl.generate.Finish;
import org.catrl.generate.SamplingSettings;
import org.catrl.model.LoraFiles;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.BackendRecipe;
import org.catrl.recipe.StorageName;
import org.catrl.run.Conversation;
import org.catrl.run.SampleRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl sample}: what a model makes of a prompt, as it makes it. */
@Command(name = "sample", description = "Answers or continues a prompt with a model.", mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MODEL", description = "A Hugging Face folder, or PEFT's of an adapter.")
    private Path folder;

    @Parameters(index = "1", arity = "0..1", paramLabel = "PROMPT", description = "The same as --prompt.")
    private String positional;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What to answer or to continue.")
    private String prompt;

    @Option(names = "--chat", negatable = true, description = "Put the prompt as a user's turn into the model's chat "
            + "template, or do not (default: where the folder has a template).")
    private Boolean chat;

    @Option(names = "--system", paramLabel = "TEXT", description = "A system message before the prompt.")
    private String system;

    @Option(names = "--template-var", paramLabel = "NAME=VALUE", description = "A variable of the chat template, e.g. "
            + "enable_thinking=false; may be given several times.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(names = "--samples", defaultValue = "1", description = "How many (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--temperature", defaultValue = "1", description = "0 = greedy (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--top-k", defaultValue = "0", description = "0 = all (default: ${DEFAULT-VALUE}).")
    private int topK;

    @Option(names = "--top-p", defaultValue = "1", description = "1 = all (default: ${DEFAULT-VALUE}).")
    private double topP;

    @Option(names = "--min-p", defaultValue = "0", description = "0 = all (default: ${DEFAULT-VALUE}).")
    private double minP;

    @Option(names = "--repetition-penalty", defaultValue = "1", description = "1 = none (default: ${DEFAULT-VALUE}).")
    private double repetitionPenalty;

    @Option(names = "--max-completion-length", paramLabel = "N", defaultValue = "128",
            description = "Most tokens of a completion (default: ${DEFAULT-VALUE}).")
    private int maxCompletionLength;

    @Option(names = "--seed", defaultValue = "42", description = "Of the draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--dtype", defaultValue = "float32", description = "What passes read and store, float32 or "
            + "bfloat16 (default: ${DEFAULT-VALUE}).")
    private StorageName dtype;

    @Option(names = "--backend", defaultValue = "auto", converter = BackendNameConverter.class,
            description = "auto, cpu, cuda or reference (default: ${DEFAULT-VALUE}).")
    private BackendName backend;

    @Option(names = "--threads", defaultValue = "0", description = "0 = all (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        require(samples >= 1, "--samples", samples, "1 or more");
        SamplingSettings settings = settings();
        BackendRecipe place = BackendRecipe.of(backend, threads);
        place.warning().ifPresent(spec.commandLine().getErr()::println);
        SampleRun run = new SampleRun(folder, dtype, seed);
        run.check();
        int[] ids = promptIds(run);
        try (Backend opened = place.open().backend();
             RunPrinter printer = new RunPrinter(out, 0)) {
            run.sample(opened, ids, settings, samples, printer, new SampleRun.Hearer() {
                @Override
                public void piece(String text) {
                    out.print(text);
                    out.flush();
                }

                @Override
                public void complete(Rollout rollout) {
                    out.println(rollout.completion().finish() == Finish.LENGTH && Terminal.present() ? " [...]" : "");
                }
            });
        }
        return ExitCode.OK.code();
    }

    private int[] promptIds(SampleRun run) throws IOException {
        String text = prompt != null ? prompt : positional;
        if (text == null || prompt != null && positional != null) {
            throw new ParameterException(spec.commandLine(), "there must be one prompt, by --prompt or after the "
                    + "model");
        }
        boolean template = !Boolean.FALSE.equals(chat) && Conversation.isPossible(folder);
        if (!template && (Boolean.TRUE.equals(chat) || system != null || !variables.isEmpty())) {
            throw new ParameterException(spec.commandLine(), "--chat, --system and --template-var want a chat "
                    + "template; " + (Boolean.FALSE.equals(chat) ? "--no-chat leaves it out"
                            : LoraFiles.modelFolder(folder) + " has none"));
        }
        return template ? run.idsOf(new Conversation(Optional.ofNullable(system), text, values())) : run.idsOf(text);
    }

    /** The value that a text means: true, false, none and numbers are what they say, all else is text. */
    private Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        variables.forEach((name, value) -> values.put(name, switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            case "none", "null" -> null;
            default -> value.matches("-?\\d{1,18}") ? (Object) Long.valueOf(value) : value;
        }));
        return values;
    }

    private SamplingSettings settings() {
        try {
            return new SamplingSettings(temperature, topK, topP, minP, repetitionPenalty, maxCompletionLength,
                    List.of(), List.of());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
