package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.catrl.compute.Backend;
import org.catrl.data.RandomStream;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.ApiKey;
import org.catrl.lm.EndpointModel;
import org.catrl.lm.FrozenModel;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.MeteredModel;
import org.catrl.lm.ResponseCache;
import org.catrl.lm.TokenUse;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.ModelSource;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.RolesRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.Judge;
import org.catrl.reward.JudgePrompt;
import org.catrl.reward.ModelJudge;
import org.catrl.reward.VerdictFormat;
import org.catrl.train.Policy;

/** The models that a run's recipe binds to its roles, opened when first asked for. */
final class ModelRoles implements AutoCloseable {
    private static final int GRADER_TOKENS = 512;

    private final TrainRecipe recipe;
    private final Backend backend;
    private final Policy policy;
    private final Optional<Path> cacheFile;
    private final RunListener listener;
    private final BooleanSupplier cancelled;
    private final Map<ModelSource, Function<RandomStream, LanguageModel>> opened = new HashMap<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<MeteredModel> metered = new ArrayList<>();
    private ResponseCache cache;
    private Judge grader;

    /**
     * The roles of a recipe; no model is open yet.
     *
     * @param cacheFile where the answers of endpoints are kept, in the run's folder; empty = in memory only
     * @param listener  hears how far a model's weights are loaded, and of damage to the file
     */
    ModelRoles(TrainRecipe recipe, Backend backend, Policy policy, Optional<Path> cacheFile, RunListener listener) {
        this(recipe, backend, policy, cacheFile, listener, () -> false);
    }

    /**
     * The roles of a run that can be cancelled.
     *
     * @param cancelled whether the run was: who waits for an endpoint gets a
     *                  {@link java.util.concurrent.CancellationException}
     */
    ModelRoles(TrainRecipe recipe, Backend backend, Policy policy, Optional<Path> cacheFile, RunListener listener,
               BooleanSupplier cancelled) {
        this.recipe = recipe;
        this.backend = backend;
        this.policy = policy;
        this.cacheFile = cacheFile;
        this.listener = listener;
        this.cancelled = cancelled;
    }

    /**
     * A check of the keys that the recipe's endpoints are asked with, before anything is opened.
     *
     * @throws RecipeException naming the role and the environment variable, never the key
     */
    static void requireKeys(RolesRecipe roles) {
        Map<String, ModelSource> sources = new LinkedHashMap<>();
        sources.put("anchor", roles.anchor());
        sources.put("rubric_writer", roles.rubricWriter());
        sources.put("judge", roles.judge());
        sources.put("grader", roles.grader());
        sources.forEach((role, source) -> {
            if (source instanceof ModelSource.Endpoint endpoint) {
                key(role, endpoint.apiKeyEnv());
            }
        });
    }

    /** The model that aggregators ask for references. */
    LanguageModel anchor() {
        return model("anchor", recipe.roles().anchor(), RandomStream.ANCHOR);
    }

    /** The same model with draws of its own, for the references of a guard's probe. */
    LanguageModel probed() {
        return model("anchor", recipe.roles().anchor(), RandomStream.PROBE_REFERENCE);
    }

    /** The model that an aggregator asks. */
    LanguageModel askedBy(AggregatorName aggregator) {
        return aggregator == AggregatorName.JUDGE_SELECTION ? judge() : anchor();
    }

    /** The grader of evaluations: it replies in JSON, as HealthBench's reference grader asks for them. */
    Judge grader() {
        if (grader == null) {
            grader = newGrader();
        }
        return grader;
    }

    private Judge newGrader() {
        return new ModelJudge(model("grader", recipe.roles().grader(), RandomStream.GRADER),
                JudgePrompt.general(VerdictFormat.JSON, recipe.run().fenceMark()), VerdictFormat.JSON,
                SamplingSettings.of(0, GRADER_TOKENS, List.of()), recipe.reward().judge().attempts());
    }

    /** The model that writes rubrics. */
    LanguageModel rubricWriter() {
        return model("rubric_writer", recipe.roles().rubricWriter(), RandomStream.RUBRIC_WRITER);
    }

    /** The model that judges. */
    LanguageModel judge() {
        return model("judge", recipe.roles().judge(), RandomStream.JUDGE);
    }

    /** The model that writes rubrics, the initial weights in the place of the policy. */
    LanguageModel stillRubricWriter() {
        return model("rubric_writer", still(recipe.roles().rubricWriter()), RandomStream.RUBRIC_WRITER);
    }

    /** The model that judges, the initial weights in the place of the policy. */
    LanguageModel stillJudge() {
        return model("judge", still(recipe.roles().judge()), RandomStream.JUDGE);
    }

    private static ModelSource still(ModelSource source) {
        return source instanceof ModelSource.Policy ? new ModelSource.Anchor() : source;
    }

    /** The policy as rewards ask it. */
    LanguageModel policy() {
        return metered(policy.asLanguageModel());
    }

    /** What all roles have been used for so far. */
    TokenUse used() {
        return metered.stream().map(MeteredModel::used).reduce(TokenUse.NONE, TokenUse::plus);
    }

    private LanguageModel metered(LanguageModel model) {
        MeteredModel counted = new MeteredModel(model);
        metered.add(counted);
        return counted;
    }

    private LanguageModel model(String role, ModelSource source, RandomStream stream) {
        return metered(bound(role, source, stream));
    }

    /** The model of a role; one that plays two is opened once, and draws for each from that role's stream. */
    private LanguageModel bound(String role, ModelSource source, RandomStream stream) {
        if (source instanceof ModelSource.Policy) {
            return policy.asLanguageModel(stream);
        } else if (source instanceof ModelSource.Anchor) {
            return policy.anchor(stream);
        }
        return opened.computeIfAbsent(source, key -> open(role, key)).apply(stream);
    }

    private Function<RandomStream, LanguageModel> open(String role, ModelSource source) {
        try {
            return source instanceof ModelSource.Endpoint endpoint ? endpoint(role, endpoint)
                    : folder(((ModelSource.Folder) source).model());
        } catch (IOException e) {
            throw new RecipeException("roles." + role + ": " + e.getMessage(), e);
        }
    }

    private Function<RandomStream, LanguageModel> endpoint(String role, ModelSource.Endpoint endpoint)
            throws IOException {
        EndpointModel model = new EndpointModel(endpoint.toSettings(), key(role, endpoint.apiKeyEnv()), cache(),
                cancelled);
        open.push(model);
        return stream -> model;
    }

    private Function<RandomStream, LanguageModel> folder(Path folder) throws IOException {
        FrozenModel model = FrozenModel.open(backend, folder, recipe.hostingSettings(folder).model(),
                listener::loading);
        open.push(model);
        return model::languageModel;
    }

    private ResponseCache cache() throws IOException {
        if (cache == null) {
            cache = cacheFile.isPresent() ? ResponseCache.of(cacheFile.get()) : ResponseCache.inMemory();
            if (cache.damagedLines() > 0) {
                listener.damagedAnswers(cacheFile.orElseThrow(), cache.damagedLines());
            }
        }
        return cache;
    }

    private static ApiKey key(String role, String variable) {
        if (variable == null) {
            return ApiKey.NONE;
        }
        String setting = "roles." + role + ".api_key_env";
        String key = System.getenv(variable);
        if (key == null || key.isBlank()) {
            throw new RecipeException(setting + named(variable) + ", but there is no such environment variable; set it "
                    + "to the endpoint's key");
        }
        return ApiKey.of(setting + named(variable) + ": this environment variable", key);
    }

    /** The name of a variable; what does not look like one may be the key itself and is not told. */
    private static String named(String variable) {
        return variable.matches("[A-Z0-9_]+") ? " is " + variable
                : " is a name that is not shown, as it may be the key itself";
    }

    @Override
    public void close() {
        closeAll(open);
    }

    /** Closes all of them, whichever fail; the first failure is told, with the others. */
    static void closeAll(Deque<AutoCloseable> open) {
        List<Exception> failures = new ArrayList<>();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            IllegalStateException failure = new IllegalStateException("a model does not close: "
                    + failures.get(0).getMessage(), failures.get(0));
            failures.subList(1, failures.size()).forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
