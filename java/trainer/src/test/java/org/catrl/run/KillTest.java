package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.catrl.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that train are killed by SIGKILL, and what goes on from what they left becomes to the bit the run that
 * nobody disturbed. {@code -Dcatrl.kills=200} makes the long test, with a table.
 */
class KillTest {
    private static final int KILLED = 128 + 9;
    /** The kills of one run before it is left alone to its end. */
    private static final int KILLS_OF_A_RUN = 5;

    @TempDir
    Path folder;

    private final Map<Path, Map<String, Object>> undisturbed = new HashMap<>();
    private final Map<KillStage, Tally> tallies = new EnumMap<>(KillStage.class);
    private int runs;

    /** What came of the kills at a stage. */
    private static final class Tally {
        int kills;
        int resumes;
        int differing;
    }

    @Test
    void whatAKilledProcessLeftGoesOnToTheBit() throws Exception {
        int wanted = Integer.getInteger("catrl.kills", 6);
        List<KillStage> stages = wanted <= 6 ? List.of(KillStage.ROLLOUT, KillStage.UPDATE, KillStage.CHECKPOINT,
                KillStage.RECORD, KillStage.REMOVAL, KillStage.JUDGE) : List.of(KillStage.values());
        Random random = new Random(1);
        int most = (wanted + stages.size() - 1) / stages.size();
        for (KillStage stage : stages) {
            tallies.put(stage, new Tally());
        }
        for (int round = 0; kills() < wanted; round++) {
            chain(List.of(KillStage.JUDGE), most, random);
            List<KillStage> others = new ArrayList<>(stages);
            others.remove(KillStage.JUDGE);
            chain(others.subList(0, Math.min(KILLS_OF_A_RUN, others.size())), most, random);
            chain(others.subList(Math.min(KILLS_OF_A_RUN, others.size()), others.size()), most, random);
            assertTrue(round < 2 * wanted, "stages are never met: " + table());
        }
        System.out.print(table());
        assertEquals(0, tallies.values().stream().mapToInt(tally -> tally.differing).sum(), table());
    }

    private int kills() {
        return tallies.values().stream().mapToInt(tally -> tally.kills).sum();
    }

    /** One run, killed at these stages one after the other as far as they are still wanted, then left to its end. */
    private void chain(List<KillStage> stages, int most, Random random) throws Exception {
        List<KillStage> wanted = stages.stream().filter(stage -> tallies.get(stage).kills < most).toList();
        if (wanted.isEmpty()) {
            return;
        }
        Path recipe = wanted.get(0).recipe();
        Path out = folder.resolve("run-" + runs++);
        List<KillStage> met = new ArrayList<>();
        for (KillStage stage : wanted) {
            if (child(out, recipe, random.nextLong(), stage.name()) == KILLED) {
                met.add(stage);
            }
        }
        assertEquals(KillChild.DONE, child(out, recipe, 0));
        boolean same = expected(recipe).equals(RunBits.of(out));
        for (KillStage stage : met) {
            Tally tally = tallies.get(stage);
            tally.kills++;
            tally.resumes++;
            tally.differing += same ? 0 : 1;
        }
    }

    private Map<String, Object> expected(Path recipe) throws IOException {
        if (!undisturbed.containsKey(recipe)) {
            Path out = folder.resolve("undisturbed-" + undisturbed.size());
            TrainingRun.of(recipe, KillStage.settings(out)).run();
            undisturbed.put(recipe, RunBits.of(out));
        }
        return undisturbed.get(recipe);
    }

    /** The exit code of a process that begins a run or goes on with it. */
    private int child(Path out, Path recipe, long seed, String... stage) throws IOException, InterruptedException {
        List<String> command = ChildJvm.command(KillChild.class, out.toString(), recipe.toString(), Long.toString(seed));
        command.addAll(List.of(stage));
        Path log = folder.resolve("child.log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("a child hangs: " + Files.readString(log));
        }
        assertTrue(process.exitValue() == KILLED || process.exitValue() == KillChild.DONE,
                () -> "exit code " + process.exitValue() + " after " + Arrays.toString(stage) + ": " + text(log));
        return process.exitValue();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder(String.format("%-12s%8s%9s%18s%n", "stage", "kills", "resumes",
                "differing hashes"));
        tallies.forEach((stage, tally) -> table.append(String.format("%-12s%8d%9d%18d%n",
                stage.name().toLowerCase(), tally.kills, tally.resumes, tally.differing)));
        return table.append(String.format("%-12s%8d%9d%18d%n", "all", kills(),
                tallies.values().stream().mapToInt(tally -> tally.resumes).sum(),
                tallies.values().stream().mapToInt(tally -> tally.differing).sum())).toString();
    }
}
