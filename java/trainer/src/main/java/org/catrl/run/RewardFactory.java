package org.catrl.run;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.catrl.evaluate.GoldRubrics;
import org.catrl.lm.FenceMark;
import org.catrl.lm.LanguageModel;
import org.catrl.recipe.JudgeRecipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.RewardMeans;
import org.catrl.recipe.RewardSpec;
import org.catrl.recipe.RewardsRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.AnswerReward;
import org.catrl.reward.Judge;
import org.catrl.reward.RememberedRubrics;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.RewardProvider;
import org.catrl.reward.RubricReward;
import org.catrl.reward.RubricSettings;
import org.catrl.reward.RubricSource;
import org.catrl.reward.WeightedSum;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;

/** Makes the rewards that a recipe asks for, with the models of its roles. */
final class RewardFactory implements RewardMeans {
    private final TrainRecipe recipe;
    private final RewardsRecipe settings;
    private final Optional<Task> gold;
    private final Policy policy;
    private final ModelRoles roles;
    private final AnswerFormat format;
    private final FenceMark marks;
    /** Whether nobody who is asked may move: each rubric is written once, and not by the policy. */
    private final boolean fixed;

    /**
     * The rewards of one recipe.
     *
     * @param gold   the problems, whose gold is read for {@code kind: given_rubric} alone; empty where none may be
     *               read
     * @param format how answers are read; the run's one, which counts what it gives up on
     */
    RewardFactory(TrainRecipe recipe, Optional<Task> gold, Policy policy, ModelRoles roles, AnswerFormat format) {
        this(recipe, gold, policy, roles, format, false);
    }

    private RewardFactory(TrainRecipe recipe, Optional<Task> gold, Policy policy, ModelRoles roles,
                          AnswerFormat format, boolean fixed) {
        this.recipe = recipe;
        this.fixed = fixed;
        this.settings = recipe.reward();
        this.gold = gold;
        this.policy = policy;
        this.roles = roles;
        this.format = format;
        this.marks = recipe.run().fenceMark();
    }

    /** All rewards of the recipe, added up. */
    RewardDeriver rewards() {
        return sum(settings.rewards());
    }

    /**
     * The rewards by which a guard holds rollouts against the references of step 0: agreement of the answers where
     * there are answers to compare, else what the recipe's own rewards find by those references, each rubric written
     * once, and the initial weights in the place of the policy. Empty where they find nothing, or only gold.
     */
    Optional<RewardDeriver> yardstick() {
        if (recipe.task().answer().isCompared()) {
            return Optional.of(new AnswerReward(format));
        }
        List<RewardSpec> specs = settings.rewards().stream().filter(RewardSpec::isFixed).toList();
        RewardFactory still = new RewardFactory(recipe, Optional.empty(), policy, roles, format, true);
        return specs.stream().anyMatch(RewardSpec::readsReference) ? Optional.of(still.sum(specs)) : Optional.empty();
    }

    /** Whether the recipe's rewards are those of {@link #yardstick}, so that what is earned by both can be compared. */
    boolean isYardstick() {
        return recipe.task().answer().isCompared() ? settings.rewards().equals(List.of(new RewardSpec.Answer(1)))
                : settings.rewards().stream().allMatch(RewardSpec::isFixed);
    }

    private RewardDeriver sum(List<RewardSpec> specs) {
        List<WeightedSum.Part> parts = specs.stream()
                .map(reward -> new WeightedSum.Part(reward.deriver(this), reward.weight())).toList();
        return parts.size() == 1 && parts.get(0).weight() == 1 ? parts.get(0).deriver() : new WeightedSum(parts);
    }

    /**
     * The rewards for held-out problems, where the recipe measures them; never by gold, which would agree with itself.
     */
    Optional<RewardDeriver> measuredRewards() {
        return recipe.task().eval().rewards() && !settings.allowGold() ? Optional.of(rewards()) : Optional.empty();
    }

    @Override
    public AnswerFormat answers() {
        return format;
    }

    @Override
    public int longestCompletion() {
        return recipe.task().sampling().maxCompletionLength();
    }

    @Override
    public LanguageModel policy() {
        return roles.policy();
    }

    @Override
    public RewardDeriver rubric() {
        RubricSource written = settings.rubric().writer(fixed ? roles.stillRubricWriter() : roles.rubricWriter(),
                marks);
        return new RubricReward(fixed ? new RememberedRubrics(written) : written,
                settings.judge().over(judgeModel(), marks), settings.rubric().toSettings(settings.judge()));
    }

    private LanguageModel judgeModel() {
        return fixed ? roles.stillJudge() : roles.judge();
    }

    @Override
    public RewardDeriver givenRubric() {
        Task problems = gold.orElseThrow(() -> new IllegalStateException("gold is not read without allow_gold"));
        JudgeRecipe judge = settings.judge();
        Optional<Judge> program = problems.grader();
        return new RubricReward(new GoldRubrics(problems.labels()),
                program.orElseGet(() -> judge.over(judgeModel(), marks)),
                new RubricSettings(1, Integer.MAX_VALUE, false, program.isPresent() || judge.withQuestion(),
                        judge.failureLimit()));
    }

    @Override
    public RewardDeriver judge() {
        return settings.judge().reward(judgeModel(), marks);
    }

    @Override
    public RewardDeriver custom(String name) {
        List<RewardProvider> found = StreamSupport.stream(ServiceLoader.load(RewardProvider.class).spliterator(), false)
                .toList();
        RewardProvider named = found.stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new RecipeException("a reward's provider is \"" + name + "\"; on the class path "
                        + "there are " + (found.isEmpty() ? "none" : found.stream().map(RewardProvider::name)
                        .collect(Collectors.joining(", ")))));
        return new CustomReward(name, named.create(judgeModel(), format));
    }
}
