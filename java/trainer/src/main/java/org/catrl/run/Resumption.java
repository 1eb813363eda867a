package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeChanges;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.SftRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolder;
import org.catrl.record.RunReader;
import org.catrl.train.LrSchedulerType;
import org.catrl.train.OptimizerConfig;

/**
 * The taking up of a run: which one, from which of its checkpoints, with which settings. What a run has learned so far
 * depends on its settings, so that only those may change that had no part in it.
 *
 * @param run     the folder of the run
 * @param asked   the checkpoint that was named; empty = the newest, or the beginning where there is none
 * @param recipe  the settings to go on with
 * @param changed the keys of those that are not what the run began with
 * @param <T>     the kind of the recipe
 */
record Resumption<T extends Recipe>(Path run, Optional<Path> asked, T recipe, List<String> changed) {
    private static final String RECIPE = "recipe.yaml";
    /** The key of either recipe that says how long the run is. */
    private static final Pattern STEPS = Pattern.compile("(?:examples\\.)?max_steps");
    /** The settings that change nothing of the steps that are done. */
    private static final Pattern FREE = Pattern.compile(STEPS + "|save_\\w+|threads|backend|check_launches|guard|"
            + "watch\\.(?:every|loss)|max_empty_steps|record\\..*|metrics\\..*");
    /** The settings that may have ended the run. */
    private static final String EMPTY_STEPS = "max_empty_steps";
    private static final String GUARD = "guard";
    private static final String LOSS = "watch.loss";
    /** The settings that say where something is: what is there is known by its hash, wherever it was moved to. */
    private static final Set<String> PLACES = Set.of("out", "model");
    private static final String SECRET = "prompt_secret";

    /** Whatever reads a recipe: {@link org.catrl.recipe.Recipes#train}, say. */
    interface Reader<T> extends BiFunction<Path, List<String>, T> { }

    /**
     * The taking up of a run by its folder, or by that of one of its checkpoints, with its own recipe.
     *
     * @param kind      "train" or "sft"
     * @param overrides {@code key=value}, over the run's recipe
     * @throws RecipeException when it is neither or of another kind, or naming a key that may not change
     */
    static <T extends Recipe> Resumption<T> of(String kind, Path subject, List<String> overrides, Reader<T> reader) {
        boolean checkpoint = Checkpoints.isNamed(subject);
        Path run = checkpoint ? subject.resolve("..").normalize() : subject;
        if (Files.exists(run.resolve("metrics.jsonl")) && !RunFolder.isRun(run)) {
            throw new RecipeException(run + ": is of an earlier version, whose runs cannot be gone on with; a run of "
                    + "its own may begin with its model or one of its checkpoints: --set model=FOLDER");
        } else if (!RunFolder.isRun(run) && Checkpoints.newest(run).isPresent()) {
            throw new RecipeException(run + "/run.db: is not there, and a run goes on with its record alone; a run of "
                    + "its own may begin with the model of a checkpoint: --set model="
                    + Checkpoints.newest(run).orElseThrow());
        } else if (!Files.isDirectory(subject) || !RunFolder.isRun(run)) {
            throw new RecipeException(subject + ": is neither the folder of a run nor a checkpoint in one, so that "
                    + "there is nothing to go on with");
        }
        Map<String, String> facts = facts(run, kind);
        Path file = run.resolve(RECIPE);
        if (!Files.exists(file)) {
            throw new RecipeException(file + ": is not there, as the run was ended before its first step; begin it "
                    + "again with RECIPE --out " + run + " --resume auto");
        }
        T began = reader.apply(file, List.of());
        requireUnedited(run, facts, began);
        T recipe = reader.apply(file, overrides);
        return new Resumption<>(run, checkpoint ? Optional.of(subject) : Optional.empty(), recipe,
                changed(run, began, recipe, key -> false));
    }

    /** The facts of the record of a run of this kind; none where the run was ended before it had any. */
    private static Map<String, String> facts(Path run, String kind) {
        try (RunReader record = RunReader.open(run)) {
            Map<String, String> facts = record.facts();
            String found = facts.getOrDefault("kind", kind);
            if (!found.equals(kind)) {
                throw new RecipeException(run + ": is a run of ./catrl " + found + ", and not of ./catrl " + kind
                        + "; name another folder" + (found.equals("train") || found.equals("sft")
                        ? ", or go on with ./catrl " + found + " --resume " + run : ""));
            }
            return facts;
        } catch (RecordException e) {
            if (Checkpoints.newest(run).isPresent()) {
                throw e;
            }
            return Map.of(); // the run begins anew, whatever is in the record
        }
    }

    /** A check that the run's recipe.yaml is still, in all that what was learned depends on, the recorded one. */
    private static void requireUnedited(Path run, Map<String, String> facts, Recipe file) {
        String yaml = facts.get("recipe");
        if (yaml != null && Checkpoints.newest(run).isPresent()) {
            changed(run, Recipes.recorded(run + "/run.db, recipe", yaml), file, PLACES::contains);
        }
    }

    /**
     * The taking up of the run in the recipe's {@code out}; empty where none has begun there.
     *
     * @param kind "train" or "sft"
     * @throws RecipeException when the recipe has no {@code out}, or is not the one of the run there
     */
    static <T extends Recipe> Optional<Resumption<T>> auto(String kind, Path file, List<String> overrides,
                                                                Reader<T> reader) {
        T recipe = reader.apply(file, overrides);
        if (recipe.run().out() == null) {
            throw new RecipeException("--resume auto needs the folder that the run begins in, or goes on in: --out "
                    + "RUN");
        }
        Path run = Path.of(recipe.run().out());
        if (!RunFolder.isRun(run)) {
            return Optional.empty();
        }
        Map<String, String> facts = facts(run, kind);
        if (Checkpoints.newest(run).isEmpty()) {
            return Optional.of(new Resumption<>(run, Optional.empty(), recipe, List.of()));
        }
        T began = reader.apply(run.resolve(RECIPE), List.of());
        requireUnedited(run, facts, began);
        boolean secret = recipe.run().promptSecret() != null;
        List<String> changed = changed(run, began, recipe, key -> key.equals("out") || key.equals(SECRET) && !secret);
        List<String> same = new ArrayList<>(overrides);
        same.add(SECRET + "=" + JsonNodeFactory.instance.textNode(began.run().promptSecret()));
        return Optional.of(new Resumption<>(run, Optional.empty(), reader.apply(file, same), changed));
    }

    /** The changed keys, where all of them may change; {@code known} are those that the new recipe need not repeat. */
    private static List<String> changed(Path run, Recipe began, Recipe now, Predicate<String> known) {
        RecipeChanges changes = RecipeChanges.between(began, now);
        changes.requireOnly(run.toString(), key -> FREE.matcher(key).matches() || known.test(key));
        OptimizerConfig optimizer = now instanceof TrainRecipe train ? train.update().optimizer()
                : ((SftRecipe) now).optimizer();
        if (optimizer.lrSchedulerType() != LrSchedulerType.CONSTANT) {
            changes.requireOnly(run + ": optimizer.lr_scheduler_type is not constant", key -> !STEPS.matcher(key)
                    .matches());
        }
        return changes.keys();
    }

    /**
     * The sentence that there is nothing to go on with, as the run has ended; empty where it has not, or where a
     * setting lets it go on.
     *
     * @param steps those of the run by its recipe
     */
    Optional<String> finished(int steps) {
        Path summary = run.resolve("summary.json");
        if (asked.isPresent() || !Files.exists(summary)) {
            return Optional.empty();
        }
        JsonNode end = read(summary);
        String stop = end.path("stopped").path("cause").asText();
        if (end.path("cancelled").asBoolean() || (stop.isEmpty() ? end.path("steps").asInt() < steps
                : changed.stream().anyMatch(stop.equals(GUARD) ? Set.of(GUARD, LOSS)::contains
                : EMPTY_STEPS::equals))) {
            requireCheckpoint();
            return Optional.empty();
        }
        return Optional.of(run + ": this run has ended after " + end.path("steps").asInt() + " steps, its model is "
                + run.resolve("model") + "; it goes on with " + (stop.isEmpty() ? "a larger max_steps"
                : stop.equals(GUARD) ? "guard: warn, or a larger watch.loss" : "another max_empty_steps"));
    }

    /** A check that a run that has ended can go on at all: it would begin anew otherwise. */
    private void requireCheckpoint() {
        if (Checkpoints.newest(run).isEmpty()) {
            throw new RecipeException(run + ": this run has ended, and holds no checkpoint to go on from (save_steps "
                    + "and save_minutes were 0, or it was deleted); begin a new one with --set model="
                    + run.resolve("model"));
        }
    }

    private static JsonNode read(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new RecordException(file + ": cannot be read: " + RecordException.reason(e), e);
        }
    }
}
