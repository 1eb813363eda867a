package org.catrl.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.catrl.cli.LoadBar;
import org.catrl.compute.Backend;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.RandomStream;
import org.catrl.evaluate.GoldRubrics;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.EndpointModel;
import org.catrl.lm.FrozenModel;
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
import org.catrl.reward.RubricReward;
import org.catrl.reward.RubricSettings;
import org.catrl.reward.SelfCertaintyReward;
import org.catrl.reward.VerdictFormat;
import org.catrl.reward.WeightedSum;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;

/** The models that a run's recipe binds to its roles, opened when first asked for, and the rewards made with them. */
public final class ModelRoles implements AutoCloseable {
    /** For runs that may not read gold. */
    public static final IntFunction<LabelledPrompt> NO_LABELS = id -> {
        throw new IllegalStateException("prompt " + id + ": gold is not read without allow_gold");
    };
    private static final int GRADER_TOKENS = 512;

    private final TrainRecipe recipe;
    private final IntFunction<LabelledPrompt> labels;
    private final Backend backend;
    private final Policy policy;
    private final Path cacheFile;
    private final PrintWriter out;
    private final Map<RoleRecipe, Function<RandomStream, LanguageModel>> opened = new HashMap<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private ResponseCache cache;

    /**
     * @param labels    by prompt id, read for {@code kind: given_rubric} alone
     * @param cacheFile what endpoints answered, in the run's folder; null = it is kept in memory only
     */
    public ModelRoles(TrainRecipe recipe, IntFunction<LabelledPrompt> labels, Backend backend, Policy policy, Path cacheFile,
          PrintWriter out) {
        this.recipe = recipe;
        this.labels = labels;
        this.backend = backend;
        this.policy = policy;
        this.cacheFile = cacheFile;
        this.out = out;
    }

    /** Who estimates references. */
    LanguageModel anchor() {
        return model("anchor", recipe.roles().anchor(), RandomStream.ANCHOR);
    }

    /** Who is asked by an aggregator. */
    public LanguageModel teacher(AggregatorName aggregator) {
        return aggregator == AggregatorName.JUDGE_SELECTION ? judge() : anchor();
    }

    /** Who grades in evaluation: replies in JSON, as HealthBench's reference grader asks for them. */
    public Judge grader() {
        return new ModelJudge(model("grader", recipe.roles().grader(), RandomStream.GRADER),
                JudgePrompt.general(VerdictFormat.JSON), VerdictFormat.JSON,
                SamplingSettings.of(0, GRADER_TOKENS, List.of()), recipe.judge().attempts());
    }

    /** All rewards of the recipe, added up. */
    public RewardDeriver rewards(AnswerFormat format) {
        List<WeightedSum.Part> parts = recipe.rewards().stream()
                .map(one -> new WeightedSum.Part(reward(one, format), one.weight())).toList();
        return parts.size() == 1 && parts.get(0).weight() == 1 ? parts.get(0).deriver() : new WeightedSum(parts);
    }

    /** The same on held-out problems, where the recipe measures them; never by gold, which would agree with itself. */
    public Optional<RewardDeriver> measuredRewards(AnswerFormat format) {
        return recipe.eval().rewards() && !recipe.allowGold() ? Optional.of(rewards(format)) : Optional.empty();
    }

    private RewardDeriver reward(RewardRecipe one, AnswerFormat format) {
        return switch (one.kind()) {
            case RUBRIC -> new RubricReward(recipe.rubric().writer(model("rubric_writer",
                    recipe.roles().rubricWriter(), RandomStream.RUBRIC_WRITER)), recipe.judge().over(judge()),
                    recipe.rubric().toSettings(recipe.judge()));
            case JUDGE -> recipe.judge().reward(judge());
            case REFERENCE_LIKELIHOOD -> new ReferenceLikelihood(policy.asLanguageModel(), "\n");
            case SELF_CERTAINTY -> new SelfCertaintyReward(policy.asLanguageModel());
            case GIVEN_RUBRIC -> givenRubric();
            case CUSTOM -> custom(one.provider(), format);
            default -> one.byItself(format, recipe.sampling().maxCompletionLength());
        };
    }

    /** By what the data holds: the oracle, which only a recipe with allow_gold may read. */
    private RewardDeriver givenRubric() {
        Optional<Judge> program = recipe.data().grader();
        return new RubricReward(new GoldRubrics(labels), program.orElseGet(() -> recipe.judge().over(judge())), new RubricSettings(1, false,
                program.isPresent() || recipe.judge().withQuestion(), recipe.judge().failureLimit()));
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
        return model("judge", recipe.roles().judge(), RandomStream.JUDGE);
    }

    /** What plays two roles in the same way is opened once, and draws for each from that role's stream. */
    private LanguageModel model(String role, RoleRecipe player, RandomStream stream) {
        return switch (player.to()) {
            case POLICY -> policy.asLanguageModel(stream);
            case ANCHOR -> policy.anchor(stream);
            case MODEL, ENDPOINT -> opened.computeIfAbsent(player, recipe -> open(role, recipe)).apply(stream);
        };
    }

    private Function<RandomStream, LanguageModel> open(String role, RoleRecipe by) {
        try {
            if (by.to() == RoleRecipe.Target.ENDPOINT) {
                cache = cache != null ? cache : cacheFile == null ? ResponseCache.inMemory() : ResponseCache.of(cacheFile);
                EndpointModel model = new EndpointModel(by.endpoint(), key(role, by.apiKeyEnv()), cache);
                open.push(model);
                return stream -> model;
            }
            FrozenModel model = LoadBar.frozen(backend, Path.of(by.model()), recipe.askingSettings(Path.of(by.model())).model(),
                    out);
            open.push(model);
            return model::languageModel;
        } catch (IOException e) {
            throw new RecipeException("roles." + role + ": " + e.getMessage(), e);
        }
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
