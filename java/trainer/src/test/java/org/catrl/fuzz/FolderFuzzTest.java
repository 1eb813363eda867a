package org.catrl.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.catrl.compute.BackendException;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.data.Prompt;
import org.catrl.data.RandomStream;
import org.catrl.generate.RequestException;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Asked;
import org.catrl.lm.LoadedModel;
import org.catrl.lm.ModelHost;
import org.catrl.lm.ModelSettings;
import org.catrl.lm.ModelWeights;
import org.catrl.model.LoadListener;
import org.catrl.model.LoraSettings;
import org.catrl.model.ModelFormatException;
import org.catrl.model.UndrawableException;
import org.catrl.text.HuggingFaceTokenizer;
import org.catrl.text.TokenizerException;
import org.catrl.text.UntrustedTokenizer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders with one file changed at random: each works, or is refused by a message that names it. A few with every
 * build; by hand, {@code -Dcatrl.fuzz.count=20000 -Dcatrl.fuzz.seed=7}, which prints the counts.
 */
@Tag("hostile")
class FolderFuzzTest {
    private static final Path MODEL = Path.of("src/test/resources/org/catrl/model/tiny-random-qwen3");
    private static final Path ARITHMETIC = Path.of("../../models/arithmetic");
    private static final int COUNT = Integer.getInteger("catrl.fuzz.count", 100);
    private static final long SEED = Long.getLong("catrl.fuzz.seed", 1);
    /** The longest that one folder may take; a tokenizer's trial is bounded by itself. */
    private static final long SLOW_NANOS = 10_000_000_000L;
    private static final String[] TOKENIZERS = {"tokenizers/tinystories-656k", "tokenizers/gemma3-pipeline-tiny",
        "tokenizers/digit-char"};

    @TempDir
    Path temporary;

    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private Path model;
    private Path adapter;

    private interface Use {
        void of(Path folder) throws IOException;
    }

    @BeforeEach
    void makeFolders() throws IOException {
        model = Files.createDirectory(temporary.resolve("model"));
        copy(MODEL, model, "config.json", "model.safetensors");
        copy(ARITHMETIC, model, "tokenizer.json", "tokenizer_config.json", "generation_config.json");
        Files.writeString(model.resolve("special_tokens_map.json"), "{\"eos_token\": {\"content\": \"#\"}}");
        adapter = temporary.resolve("adapter");
        try (ReferenceBackend backend = new ReferenceBackend(); ModelWeights weights = ModelWeights.open(backend, model,
                DType.F32, Optional.of(LoraSettings.all(2, 4)), true, 1, LoadListener.NONE)) {
            weights.save(adapter);
        }
    }

    private static void copy(Path from, Path to, String... names) throws IOException {
        for (String name : names) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }

    @Test
    void everyFolderWorksOrIsRefusedByName() throws IOException {
        List<Path> tokenizers = tokenizers();
        for (int i = 0; i < COUNT; i++) {
            Random random = new Random(SEED * 1_000_003 + i);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> one(i, model, "config.json", random, FolderFuzzTest::answer);
                case 3, 4 -> one(i, model, "model.safetensors", random, FolderFuzzTest::answer);
                case 5 -> one(i, model, random.nextBoolean() ? "generation_config.json" : random.nextBoolean()
                        ? "tokenizer_config.json" : "special_tokens_map.json", random, FolderFuzzTest::answer);
                case 6 -> one(i, adapter, "adapter_config.json", random, FolderFuzzTest::answer);
                case 7 -> one(i, adapter, "adapter_model.safetensors", random, FolderFuzzTest::answer);
                case 8 -> one(i, sharded(), "model.safetensors.index.json", random, FolderFuzzTest::answer);
                default -> one(i, tokenizers.get(random.nextInt(tokenizers.size())), "tokenizer.json", random,
                        FolderFuzzTest::encode);
            }
        }
        System.out.println("fuzz of folders, seed " + SEED + ": " + outcomes);
        assertEquals(List.of(), failures);
    }

    /** The model with its weights under another name, and an index that says so. */
    private Path sharded() throws IOException {
        Path folder = temporary.resolve("sharded");
        if (!Files.exists(folder)) {
            Files.createDirectory(folder);
            copy(model, folder, "config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json");
            Files.copy(model.resolve("model.safetensors"), folder.resolve("one.safetensors"));
            StringBuilder map = new StringBuilder();
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(MODEL.resolve("model.safetensors")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            new ObjectMapper().readTree(bytes.array(), 8, (int) bytes.getLong(0)).fieldNames().forEachRemaining(name ->
                    map.append(name.equals("__metadata__") ? "" : (map.isEmpty() ? "\"" : ",\"") + name
                            + "\":\"one.safetensors\""));
            Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
        }
        return folder;
    }

    /** Folders of a tokenizer each: the one that is here, and those of the shared material, where there is any. */
    private List<Path> tokenizers() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path from : List.of(ARITHMETIC, Path.of("../../../shared/data", TOKENIZERS[0]),
                Path.of("../../../shared/data", TOKENIZERS[1]), Path.of("../../../shared/data", TOKENIZERS[2]))) {
            if (Files.exists(from.resolve("tokenizer.json"))) {
                all.add(Files.createDirectory(temporary.resolve("tokenizer" + all.size())));
                copy(from, all.get(all.size() - 1), "tokenizer.json");
            }
        }
        return all;
    }

    private void one(int number, Path folder, String name, Random random, Use use) throws IOException {
        Path file = folder.resolve(name);
        byte[] good = Files.readAllBytes(file);
        byte[] mutated = name.endsWith(".safetensors") ? Mutation.ofTensors(good, random) : Mutation.of(good, random);
        Files.write(file, mutated);
        long start = System.nanoTime();
        String outcome;
        try {
            use.of(folder);
            outcome = "works";
        } catch (ModelFormatException | TokenizerException e) {
            outcome = e.getMessage().contains(temporary.toString()) ? "refused" : "unnamed: " + e.getMessage();
        } catch (RequestException | BackendException | UndrawableException e) {
            outcome = "refused later";
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            outcome = "not foreseen: " + e + Arrays.stream(e.getStackTrace()).limit(6).toList();
        }
        if (System.nanoTime() - start > SLOW_NANOS && !name.equals("tokenizer.json")) {
            outcome = "slow: " + outcome;
        }
        note(number, name, outcome, mutated);
        Files.write(file, good);
    }

    private void note(int number, String name, String outcome, byte[] mutated) throws IOException {
        String kind = outcome.replaceFirst(":.*", "");
        outcomes.merge(name + " " + kind, 1, Integer::sum);
        if (!kind.equals("works") && !kind.startsWith("refused")) {
            Path kept = Files.createTempFile("catrl-fuzz-" + number + "-", "-" + name);
            Files.write(kept, mutated);
            failures.add(number + ", " + name + ", kept as " + kept + ": " + outcome);
            System.out.println(failures.get(failures.size() - 1));
        }
    }

    /** Loads the model and has it answer. */
    private static void answer(Path folder) throws IOException {
        ModelSettings settings = ModelSettings.of(1).withCacheBytes(1 << 20);
        try (ReferenceBackend backend = new ReferenceBackend();
             LoadedModel loaded = LoadedModel.open(backend, folder, settings, false, LoadListener.NONE);
             ModelHost host = loaded.host()) {
            Asked.replies(host.languageModel(RandomStream.JUDGE), List.of(new Prompt(1, "Q1+1=")),
                    SamplingSettings.of(1, 2, List.of()), 0);
        }
    }

    /** Loads a tokenizer, and has it read and write. */
    private static void encode(Path folder) throws IOException {
        try (HuggingFaceTokenizer tokenizer = UntrustedTokenizer.load(folder)) {
            for (String text : List.of("", "Once upon a time, 1 + 2 = 3.\n", "\u00e9\ud83d\ude42", "a".repeat(999))) {
                tokenizer.decode(tokenizer.encode(text));
                tokenizer.decodeWithSpecialTokens(tokenizer.encodeWithSpecialTokens(text));
            }
        }
    }
}
