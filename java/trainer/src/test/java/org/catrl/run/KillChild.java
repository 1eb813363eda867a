package org.catrl.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.catrl.train.Phase;

/**
 * A process that begins a run or goes on with it, and kills itself at a stage: by SIGKILL, so that nothing of it runs
 * after. {@code kill} waits in a shell beside, and the moment is not late by the start of a process.
 */
public final class KillChild implements RunListener {
    /** The exit code of a run that came to its end. */
    static final int DONE = 0;

    private final KillStage stage;
    private final Random random;
    private final OutputStream trigger;
    private int passed;

    private KillChild(KillStage stage, long seed) throws IOException {
        this.stage = stage;
        this.random = new Random(seed);
        this.passed = random.nextInt(2);
        this.trigger = new ProcessBuilder("sh", "-c", "read line; kill -9 " + ProcessHandle.current().pid()).start()
                .getOutputStream();
    }

    /**
     * Runs.
     *
     * @param arguments the run's folder, the recipe, a seed and a stage; no stage = the run is left alone
     */
    public static void main(String[] arguments) throws IOException {
        Path out = Path.of(arguments[0]);
        TrainingRun run = TrainingRun.startOrResume(Path.of(arguments[1]), KillStage.settings(out));
        if (arguments.length > 3) {
            KillChild child = new KillChild(KillStage.valueOf(arguments[3]), Long.parseLong(arguments[2]));
            child.watch(out);
            run.listener(child);
        }
        if (run.finished().isEmpty()) {
            run.run();
        }
        System.exit(DONE);
    }

    /** Begins what does not wait for the run to say something. */
    private void watch(Path out) {
        if (stage == KillStage.ANY) {
            beside(this::kill);
        } else if (!stage.folder().isEmpty()) {
            beside(() -> {
                while (!isThere(out)) {
                    LockSupport.parkNanos(50_000);
                }
                kill();
            });
        }
    }

    private boolean isThere(Path out) {
        try (Stream<Path> files = Files.list(out)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(".checkpoint-")
                    && file.getFileName().toString().contains(stage.folder()));
        } catch (IOException | java.io.UncheckedIOException e) {
            return false; // no folder yet, or it changed while it was read
        }
    }

    @Override
    public void phase(int step, Phase phase) {
        if (stage.isOf(phase) && passed-- == 0) {
            beside(this::kill);
        }
    }

    @Override
    public void step(int done, int steps, Map<String, Double> metrics) {
        if (stage == KillStage.RECORD && passed-- == 0) {
            beside(this::kill);
        }
    }

    private static void beside(Runnable work) {
        Thread thread = new Thread(work, "killer");
        thread.setDaemon(true);
        thread.start();
    }

    private void kill() {
        LockSupport.parkNanos((long) (random.nextDouble() * stage.longestDelay() * 1e6));
        try {
            trigger.write('\n');
            trigger.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
