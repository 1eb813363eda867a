package org.catrl.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Backends;
import org.catrl.lm.ModelFiles;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeYaml;
import org.catrl.record.StartRecord;
import org.catrl.text.Sha256;
import org.catrl.train.Policy;

/** What holds for the whole of a run, for its record: its recipe, and the hashes of all that it begins with. */
final class RunFacts {
    private RunFacts() { }

    /**
     * The facts of a run of a model.
     *
     * @param kind  train, sft, eval or compare
     * @param model the folder of the model that the run begins with
     */
    static Map<String, String> of(String kind, Recipe recipe, Path model) throws IOException {
        String yaml = RecipeYaml.write((Record) recipe);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("kind", kind);
        facts.put("name", recipe.run().name());
        facts.put("model", model.toString());
        facts.put("seed", Long.toString(recipe.run().seed()));
        facts.put("version", version());
        facts.put("recipe", yaml);
        facts.put("sha256/recipe", Sha256.of(yaml));
        Map<String, String> files = ModelFiles.sha256(model);
        put(facts, "sha256/tokenizer", files.get("tokenizer.json"));
        if (recipe.task().chat().settings(model).isPresent()) {
            put(facts, "sha256/template", files.getOrDefault("chat_template.jinja",
                    files.get("tokenizer_config.json")));
        }
        return facts;
    }

    private static void put(Map<String, String> facts, String name, String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    /** The same with the weights that a policy was opened with, and the prompts that it is trained on. */
    static Map<String, String> of(String kind, Recipe recipe, Path model, Policy policy, Optional<Task> prompts)
            throws IOException {
        Map<String, String> facts = of(kind, recipe, model);
        facts.put("sha256/weights", policy.sha256());
        facts.put("sha256/anchor", policy.anchorSha256());
        prompts.ifPresent(task -> facts.put("sha256/prompts", task.promptsSha256()));
        return facts;
    }

    /** The process that works on a run from now on, from a step on. */
    static StartRecord start(int step, Backends.Opened opened) {
        return new StartRecord(step, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                opened.backend().description(), opened.reason(), version(),
                ManagementFactory.getRuntimeMXBean().getName());
    }

    /** The version of this program. */
    static String version() {
        String version = RunFacts.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }
}
