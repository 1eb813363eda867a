package org.catrl.text;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One run of {@link TrialProcess}, with the Java and the class path of this process, and how it ended.
 *
 * @param code  its exit code
 * @param late  whether it was ended at the deadline
 * @param at    what it was at; empty when it could not even begin
 * @param words what the library said last
 */
record TrialRun(int code, boolean late, String at, String words) {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final int CPU_SECONDS = 30;
    /** What Java adds to the number of the signal that ended a process. */
    private static final int SIGNAL = 128;
    private static final int OUT_OF_TIME = SIGNAL + 9;
    private static final int MOST_OUTPUT = 1 << 20;
    /** The memory of the process beside what grows with the file, in KiB: Java's share and as much again. */
    private static final long MEMORY_KIB = 2 << 20;
    private static final int MEMORY_PER_BYTE = 64;

    /**
     * Runs a process over a tokenizer.json and texts, and waits for its end.
     *
     * @param tokens   how many tokens the tokenizer has
     * @param deadline when it is ended, if it has not ended itself
     */
    static TrialRun of(byte[] json, int tokens, Map<String, String> texts, Duration deadline) throws IOException {
        Process process;
        try {
            process = start(json.length);
        } catch (IOException e) {
            return new TrialRun(TrialProcess.FAILED, false, "", e.getMessage());
        }
        long end = System.nanoTime() + deadline.toNanos();
        CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .execute(process::destroyForcibly);
        send(process, json, tokens, texts);
        List<String> lines = lines(process);
        try {
            int code = process.waitFor();
            return new TrialRun(code, System.nanoTime() > end, last(lines), words(lines));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a tokenizer was tried", e);
        }
    }

    /** Whether the library went through all of it, or refused the file properly. */
    boolean passed() {
        return code == TrialProcess.TRIED;
    }

    /** Whether this machine could not run it: nothing is known of the tokenizer then. */
    boolean impossible() {
        return !passed() && (at.isEmpty() || at.equals(TrialProcess.UNAVAILABLE));
    }

    /** How it ended, for a message that begins with the library. */
    String end() {
        String how = late ? "did not come back" : switch (code) {
            case TrialProcess.FAILED -> "failed";
            case OUT_OF_TIME -> "did not come back within " + CPU_SECONDS + " seconds of processor time";
            default -> code > SIGNAL ? "died of signal " + (code - SIGNAL) : "died with exit code " + code;
        };
        return how + " while it was " + at + (words.isEmpty() ? "" : ": " + words);
    }

    private static Process start(int bytes) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SHELL)) { // limits of its own: no core, and bounds on memory and work
            command.addAll(List.of(SHELL.toString(), "-c", "ulimit -c 0; ulimit -v "
                    + (MEMORY_KIB + ((long) bytes * MEMORY_PER_BYTE >> 10)) + "; ulimit -t " + CPU_SECONDS
                    + "; exec \"$@\"", "trial"));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (128 + 8L * (bytes >> 20)) + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:CompressedClassSpaceSize=64m", "-XX:ReservedCodeCacheSize=64m", "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null", "-Xshare:auto"));
        System.getProperties().stringPropertyNames().stream().filter(TrialRun::isPassedOn)
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
        return name.startsWith("ai.djl.") || name.startsWith("RUST_") || name.contains("CACHE_DIR")
                || name.equals("java.io.tmpdir") || name.equals("user.home");
    }

    private static void send(Process process, byte[] json, int tokens, Map<String, String> texts) {
        try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
            TrialProcess.write(out, json, tokens, texts);
        } catch (IOException e) {
            return; // it ended before it had read all: what it says, and its exit code, tell why
        }
    }

    private static List<String> lines(Process process) throws IOException {
        try (InputStream in = process.getInputStream()) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static String last(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith(TrialProcess.MARK))
                .reduce("", (first, second) -> second).replaceFirst(TrialProcess.MARK, "");
    }

    /** The line after that of a panic or, without one, the first that is not of the trial. */
    private static String words(List<String> lines) {
        List<String> others = lines.stream().filter(line -> !line.isBlank() && !line.startsWith(TrialProcess.MARK)
                && !line.startsWith("#")).toList();
        int panic = 0;
        while (panic < others.size() && !others.get(panic).contains("panicked at")) {
            panic++;
        }
        String words = others.isEmpty() ? "" : others.get(panic + 1 < others.size() ? panic + 1 : 0);
        return Excerpt.of(words);
    }
}
