package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.recipe.RecipeYaml;
import org.catrl.recipe.SftRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.RunRecord;
import org.catrl.record.StepRecord;
import org.catrl.train.Sft;

/** A supervised run once everything is open: the steps, recorded and saved. */
final class SftLoop {
    static final String KIND = "sft";

    private final SftRecipe recipe;
    private final Lesson lesson;
    private final Sft sft;
    private final Backend backend;
    private final StartingPoint start;
    private final RunListener listener;
    private final TrainingLog log;
    private final EndSwitch end;
    private final RunRecord record;
    private final SoFar soFar = new SoFar();
    private final RunCheckpoints checkpoints;
    private final Origin origin;
    private int done;

    SftLoop(SftRecipe recipe, Lesson lesson, Sft sft, Backend backend, StartingPoint start, RunListener listener,
            EndSwitch end) throws IOException {
        this.recipe = recipe;
        this.lesson = lesson;
        this.sft = sft;
        this.backend = backend;
        this.start = start;
        this.listener = listener;
        this.end = end;
        this.record = start.record();
        this.log = new TrainingLog(record, listener);
        this.done = start.step();
        this.origin = Origin.of(recipe.run().model(), sft.initialSha256(), texts(lesson));
        this.checkpoints = new RunCheckpoints(recipe.save(), sft::snapshot, this::state, listener);
    }

    /** The examples of a file; a corpus is a function of the recipe. */
    private static Stream<String> texts(Lesson lesson) {
        return Origin.lessons(lesson.file().stream());
    }

    private RunState state(int steps) {
        return RunState.of(KIND, steps, backend, origin, parts());
    }

    /** What has to be remembered from step to step. */
    private List<StatePart> parts() {
        return List.of(soFar, checkpoints);
    }

    /** The training up to its end, or until it is to end: saved as a model, or when it is paused as a checkpoint. */
    RunResult run() throws IOException {
        try (checkpoints) {
            return trained();
        }
    }

    private RunResult trained() throws IOException {
        start.restore(sft::restore, parts(), origin, recipe.run().model(), backend);
        start.settle(lesson.steps(), backend).ifPresent(log::resumed);
        record.recipe(RecipeYaml.write(recipe));
        record.metricsTo(RunFolders.metrics(recipe, record.folder(), done));
        checkpoints.begin(record, done, sft::prepareSnapshots);
        soFar.begin();
        while (done < lesson.steps() && !end.isOn()) {
            step();
        }
        Optional<Path> paused = end.isPaused() ? Optional.of(checkpoints.now(done)) : Optional.empty();
        paused.ifPresent(place -> log.paused(done));
        checkpoints.end(done);
        if (paused.isEmpty() && !Files.exists(record.folder().model())) {
            Checkpoints.save(record.folder().model(), sft::save);
        }
        return new RunResult(record.folder().folder(), done, soFar.seconds(), end.isCancelled(), paused, sft.sha256(),
                Optional.empty(), soFar.metrics(), Map.of());
    }

    private void step() {
        long begun = System.nanoTime();
        soFar.metrics(sft.step(lesson.examples().batch(done)).named());
        record.step(new StepRecord(done, (System.nanoTime() - begun) / 1e9, soFar.metrics(), List.of(), List.of()));
        done++;
        listener.step(done, lesson.steps(), soFar.metrics());
        checkpoints.after(done, false);
    }
}
