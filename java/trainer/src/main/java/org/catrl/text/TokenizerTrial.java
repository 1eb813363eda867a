package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What a tokenizer.json goes through before the library reads it in this process: its rules, and a trial of the library
 * with many texts in a process of its own, whose death does no harm. A file that passed is remembered by its SHA-256, in
 * this process and in the user's cache folder; where that cannot be written, the next process tries again.
 *
 * @param cache    the folder of what passed; empty = it is remembered in this process alone
 * @param trusted  SHA-256 of files that are taken as they are
 * @param deadline the longest that the process may take, on a machine that has other work too
 */
record TokenizerTrial(Optional<Path> cache, Set<String> trusted, Duration deadline) {
    /** The environment variable that names what the user trusts. */
    static final String TRUSTED = "CATRL_TRUSTED_TOKENIZERS";
    /** Changes when more is asked of a tokenizer than before. */
    private static final String VERSION = ".v1";
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final int CPU_SECONDS = 30;
    /** What Java adds to the number of the signal that ended a process. */
    private static final int SIGNAL = 128;
    private static final int OUT_OF_TIME = SIGNAL + 9;
    private static final int MOST_OUTPUT = 1 << 20;
    /** The memory of the process beside what grows with the file, in KiB: Java's share and as much again. */
    private static final long MEMORY_KIB = 2 << 20;
    private static final int MEMORY_PER_BYTE = 64;
    private static final System.Logger LOG = System.getLogger(TokenizerTrial.class.getName());
    /** A memo, not a state: that a content passed stays true. */
    private static final Set<String> PASSED = ConcurrentHashMap.newKeySet();

    /** How the process ended, with what it was at and the library's last words. */
    private record Outcome(int code, boolean late, String at, String words) { }

    /** The trial as this user's environment has it. */
    static TokenizerTrial ofThisUser() {
        String trusted = System.getenv().getOrDefault(TRUSTED, "");
        return new TokenizerTrial(cacheFolder(), Set.of(Arrays.stream(trusted.split("[,\\s]+")).distinct()
                .toArray(String[]::new)), DEADLINE);
    }

    private static Optional<Path> cacheFolder() {
        String given = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home", "");
        Path cache = given != null && given.startsWith("/") ? Path.of(given) : Path.of(home, ".cache");
        return home.isEmpty() ? Optional.empty() : Optional.of(cache.resolve("catrl").resolve("tokenizers"));
    }

    /**
     * The vocabulary of a tokenizer.json that the library may read here.
     *
     * @throws TokenizerException saying what is wrong with the file, or how the library died of it
     */
    Vocabulary require(Path file, byte[] json) throws IOException {
        JsonNode tree = HuggingFaceTokenizer.FILES.tree(file, json);
        Vocabulary vocabulary = Vocabulary.of(file, tree);
        String sha256 = sha256(json);
        if (!trusted.contains(sha256)) {
            TokenizerRules.check(file, tree, vocabulary);
            if (!passed(sha256)) {
                tryOut(file, json, vocabulary.size(), TrialTexts.of(tree));
            }
        }
        return vocabulary;
    }

    /** Tries a file in a process of its own, and remembers it when it passes. @param tokens how many it has */
    void tryOut(Path file, byte[] json, int tokens, Map<String, String> texts) throws IOException {
        Outcome outcome = tried(json, tokens, texts);
        if (outcome.code == TrialProcess.TRIED) {
            remember(sha256(json));
        } else if (outcome.at.isEmpty() || outcome.at.equals(TrialProcess.UNAVAILABLE)) {
            LOG.log(Level.WARNING, "{0} is used untried: no process for the trial could be started{1}", file,
                    outcome.words.isEmpty() ? "" : ": " + outcome.words);
        } else {
            throw new TokenizerException(file, "cannot be used: the tokenizers library " + end(outcome) + " while it was "
                    + outcome.at + (outcome.words.isEmpty() ? "" : ": " + outcome.words) + ". This was tried in a "
                    + "process of its own; to use the file all the same, set " + TRUSTED + "="
                    + sha256(json), null);
        }
    }

    private static String end(Outcome outcome) {
        if (outcome.late) {
            return "did not come back";
        }
        return switch (outcome.code) {
            case TrialProcess.FAILED -> "failed";
            case OUT_OF_TIME -> "did not come back within " + CPU_SECONDS + " seconds of processor time";
            default -> outcome.code > SIGNAL ? "died of signal " + (outcome.code - SIGNAL)
                    : "died with exit code " + outcome.code;
        };
    }

    private boolean passed(String sha256) {
        return PASSED.contains(sha256) || cache.isPresent() && Files.exists(cache.get().resolve(sha256 + VERSION));
    }

    private void remember(String sha256) {
        PASSED.add(sha256);
        try {
            if (cache.isPresent()) {
                Files.createDirectories(cache.get());
                Files.write(cache.get().resolve(sha256 + VERSION), new byte[0]);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the next process tries the tokenizer again", e);
        }
    }

    private Outcome tried(byte[] json, int tokens, Map<String, String> texts) throws IOException {
        Process process;
        try {
            process = start(json.length);
        } catch (IOException e) {
            return new Outcome(TrialProcess.FAILED, false, "", e.getMessage());
        }
        long end = System.nanoTime() + deadline.toNanos();
        CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .execute(process::destroyForcibly);
        send(process, json, tokens, texts);
        List<String> lines = lines(process);
        try {
            int code = process.waitFor();
            return new Outcome(code, System.nanoTime() > end, last(lines), words(lines));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a tokenizer was tried", e);
        }
    }

    private static void send(Process process, byte[] json, int tokens, Map<String, String> texts) {
        try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
            TrialProcess.write(out, json, tokens, texts);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the process ended before it had read all", e); // what it says and its code tell why
        }
    }

    private static List<String> lines(Process process) throws IOException {
        try (InputStream in = process.getInputStream()) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static String last(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith(TrialProcess.MARK)).reduce("", (first, second) -> second)
                .replaceFirst(TrialProcess.MARK, "");
    }

    /** The library's own words, the last that are of a panic before others, without the stack that it prints. */
    private static String words(List<String> lines) {
        List<String> others = lines.stream().filter(line -> !line.isBlank() && !line.startsWith(TrialProcess.MARK)
                && !line.startsWith("#") && !line.startsWith("Picked up")).toList();
        Optional<String> panic = others.stream().filter(line -> line.contains("panicked at")).findFirst();
        int next = others.indexOf(panic.orElse("")) + 1;
        String words = panic.isPresent() && next < others.size() ? others.get(next) : others.isEmpty() ? ""
                : others.get(0);
        return words.length() <= 200 ? words : words.substring(0, 200) + "...";
    }

    private static Process start(int bytes) throws IOException {
        List<String> command = new ArrayList<>();
        Path shell = Path.of("/bin/sh");
        if (Files.isExecutable(shell)) { // limits of its own: no core, and bounds on memory and work
            command.addAll(List.of(shell.toString(), "-c", "ulimit -c 0; ulimit -v "
                    + (MEMORY_KIB + ((long) bytes * MEMORY_PER_BYTE >> 10)) + "; ulimit -t " + CPU_SECONDS
                    + "; exec \"$@\"", "trial"));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (128 + 8L * (bytes >> 20)) + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:CompressedClassSpaceSize=64m", "-XX:ReservedCodeCacheSize=64m", "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null", "-Xshare:auto"));
        System.getProperties().stringPropertyNames().stream().filter(TokenizerTrial::isPassedOn)
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TrialProcess.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("RAYON_NUM_THREADS", "1", "TOKENIZERS_PARALLELISM", "false",
                "MALLOC_ARENA_MAX", "1"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "RUST_BACKTRACE"));
        return builder.start();
    }

    /** Whether a property says where the native library comes from. */
    private static boolean isPassedOn(String name) {
        return name.startsWith("ai.djl.") || name.startsWith("java.io.tmpdir") || name.equals("user.home")
                || name.contains("CACHE_DIR") || name.startsWith("RUST_");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
