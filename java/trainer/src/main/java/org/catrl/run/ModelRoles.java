package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.catrl.compute.Backend;
import org.catrl.data.LabelledPrompt;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.EndpointModel;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.ResponseCache;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.RewardRecipe;
import org.catrl.recipe.RoleRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.Judge;
import org.catrl.reward.JudgePrompt;
import org.catrl.reward.ModelJudge;
import org.catrl.reward.ReferenceLikelihood;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.RewardProvider;
import org.catrl.reward.Rubric;
import org.catrl.reward.RubricReward;
import org.catrl.reward.RubricSettings;
import org.catrl.reward.SelfCertaintyReward;
import org.catrl.reward.VerdictFormat;
import org.catrl.reward.WeightedSum;
import org.catrl.text.AnswerFormat;
import org.catrl.train.FrozenModel;
import org.catrl.train.Policy;

/** The models that a run's recipe binds to its roles, opened when first asked for, and the rewards made with them. */
final class ModelRoles implements AutoCloseable {
    private static final int GRADER_TOKENS = 512;

    private final TrainRecipe recipe;
    private final Optional<Task> gold;
    private final Backend backend;
    private final Policy policy;
    private final Optional<Path> cacheFile;
    private final RunListener listener;
    private final Map<RoleRecipe, LanguageModel> opened = new HashMap<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private ResponseCache cache;

    /**
     * @param gold      the problems, whose gold is read for {@code kind: given_rubric} alone; empty where none may be read
     * @param cacheFile what endpoints answered, in the run's folder; empty = it is kept in memory only
     * @param listener  hears how far a model's weights are loaded
     */
    ModelRoles(TrainRecipe recipe, Optional<Task> gold, Backend backend, Policy policy,
               Optional<Path> cacheFile, RunListener listener) {
        this.recipe = recipe;
        this.gold = gold;
        this.backend = backend;
        this.policy = policy;
        this.cacheFile = cacheFile;
        this.listener = listener;
    }

    /** Who estimates references. */
    LanguageModel anchor() {
        return model("anchor", recipe.roles().anchor());
    }

    /** Who is asked by an aggregator. */
    LanguageModel teacher(AggregatorName aggregator) {
        return aggregator == AggregatorName.JUDGE_SELECTION ? judge() : anchor();
    }

    /** Who grades in evaluation: replies in JSON, as HealthBench's reference grader asks for them. */
    Judge grader() {
        return new ModelJudge(model("grader", recipe.roles().grader()),
                JudgePrompt.general(VerdictFormat.JSON), VerdictFormat.JSON,
                SamplingSettings.of(0, GRADER_TOKENS, List.of()), recipe.judge().attempts());
    }

    /** All rewards of the recipe, added up. */
    RewardDeriver rewards(AnswerFormat format) {
        List<WeightedSum.Part> parts = recipe.rewards().stream()
                .map(one -> new WeightedSum.Part(reward(one, format), one.weight())).toList();
        return parts.size() == 1 && parts.get(0).weight() == 1 ? parts.get(0).deriver() : new WeightedSum(parts);
    }

    /** The same on held-out problems, where the recipe measures them; never by gold, which would agree with itself. */
    Optional<RewardDeriver> measuredRewards(AnswerFormat format) {
        return recipe.eval().rewards() && !recipe.allowGold() ? Optional.of(rewards(format)) : Optional.empty();
    }

    private RewardDeriver reward(RewardRecipe one, AnswerFormat format) {
        return switch (one.kind()) {
            case RUBRIC -> new RubricReward(recipe.rubric().writer(model("rubric_writer",
                    recipe.roles().rubricWriter())), recipe.judge().over(judge()),
                    recipe.rubric().toSettings(recipe.judge()));
            case JUDGE -> recipe.judge().reward(judge());
            case REFERENCE_LIKELIHOOD -> new ReferenceLikelihood(policy.asLanguageModel(), "\n");
            case SELF_CERTAINTY -> new SelfCertaintyReward(policy.asLanguageModel());
            case GIVEN_RUBRIC -> givenRubric();
            case CUSTOM -> custom(one.provider(), format);
            default -> one.byItself(format, recipe.sampling().maxCompletionLength());
        };
    }

    private RewardDeriver givenRubric() {
        Task problems = gold.orElseThrow(() -> new IllegalStateException("gold is not read without allow_gold"));
        IntFunction<LabelledPrompt> labels = problems.labels();
        Optional<Judge> program = problems.grader();
        return new RubricReward((groups, references, step) -> given(groups, labels), program.orElseGet(() -> recipe.judge().over(judge())), new RubricSettings(1, false,
                program.isPresent() || recipe.judge().withQuestion(), recipe.judge().failureLimit()));
    }

    /** What the data holds: the oracle, which only a recipe with allow_gold may read. */
    private static List<Rubric> given(List<SampledGroup> groups, IntFunction<LabelledPrompt> labels) {
        return groups.stream().map(group -> labels.apply(group.prompt().id()))
                .map(problem -> new Rubric(RubricEvaluation.rubric(problem), problem.gold())).toList();
    }

    private RewardDeriver custom(String name, AnswerFormat format) {
        List<RewardProvider> found = StreamSupport.stream(ServiceLoader.load(RewardProvider.class).spliterator(), false)
                .toList();
        return found.stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new RecipeException("a reward's provider is \"" + name + "\"; on the class path there "
                        + "are " + (found.isEmpty() ? "none" : found.stream().map(RewardProvider::name)
                        .collect(Collectors.joining(", "))))).create(judge(), format);
    }

    private LanguageModel judge() {
        return model("judge", recipe.roles().judge());
    }

    private LanguageModel model(String role, RoleRecipe by) {
        return switch (by.to()) {
            case POLICY -> policy.asLanguageModel();
            case ANCHOR -> policy.anchor();
            case MODEL, ENDPOINT -> opened.computeIfAbsent(by, one -> open(role, one));
        };
    }

    private LanguageModel open(String role, RoleRecipe by) {
        try {
            if (by.to() == RoleRecipe.Target.ENDPOINT) {
                EndpointModel model = new EndpointModel(by.endpoint(), key(role, by.apiKeyEnv()), cache());
                open.push(model);
                return model;
            }
            FrozenModel model = FrozenModel.open(backend, Path.of(by.model()),
                    recipe.hostingSettings(Path.of(by.model())), listener::loading);
            open.push(model);
            return model.asLanguageModel();
        } catch (IOException e) {
            throw new RecipeException("roles." + role + ": " + e.getMessage(), e);
        }
    }

    private ResponseCache cache() throws IOException {
        if (cache == null) {
            cache = cacheFile.isPresent() ? ResponseCache.of(cacheFile.get()) : ResponseCache.inMemory();
        }
        return cache;
    }

    private static String key(String role, String variable) {
        String key = variable == null ? null : System.getenv(variable);
        if (variable != null && (key == null || key.isBlank())) {
            throw new RecipeException("roles." + role + ".api_key_env is " + variable + ", but there is no such environment "
                    + "variable; set it to the endpoint's key");
        }
        return key == null ? null : key.strip();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a model does not close: " + e.getMessage(), e);
            }
        }
    }
}
