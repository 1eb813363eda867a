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
import org.catrl.recipe.RewardsRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.Judge;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.RewardProvider;
import org.catrl.reward.RubricReward;
import org.catrl.reward.RubricSettings;
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

    /**
     * The rewards of one recipe.
     *
     * @param gold   the problems, whose gold is read for {@code kind: given_rubric} alone; empty where none may be
     *               read
     * @param format how answers are read; the run's one, which counts what it gives up on
     */
    RewardFactory(TrainRecipe recipe, Optional<Task> gold, Policy policy, ModelRoles roles, AnswerFormat format) {
        this.recipe = recipe;
        this.settings = recipe.reward();
        this.gold = gold;
        this.policy = policy;
        this.roles = roles;
        this.format = format;
        this.marks = recipe.run().fenceMark();
    }

    /** All rewards of the recipe, added up. */
    RewardDeriver rewards() {
        List<WeightedSum.Part> parts = settings.rewards().stream()
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
        return new RubricReward(settings.rubric().writer(roles.rubricWriter(), marks),
                settings.judge().over(roles.judge(), marks),
                settings.rubric().toSettings(settings.judge()));
    }

    @Override
    public RewardDeriver givenRubric() {
        Task problems = gold.orElseThrow(() -> new IllegalStateException("gold is not read without allow_gold"));
        JudgeRecipe judge = settings.judge();
        Optional<Judge> program = problems.grader();
        return new RubricReward(new GoldRubrics(problems.labels()),
                program.orElseGet(() -> judge.over(roles.judge(), marks)),
                new RubricSettings(1, Integer.MAX_VALUE, false, program.isPresent() || judge.withQuestion(),
                        judge.failureLimit()));
    }

    @Override
    public RewardDeriver judge() {
        return settings.judge().reward(roles.judge(), marks);
    }

    @Override
    public RewardDeriver custom(String name) {
        List<RewardProvider> found = StreamSupport.stream(ServiceLoader.load(RewardProvider.class).spliterator(), false)
                .toList();
        RewardProvider named = found.stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new RecipeException("a reward's provider is \"" + name + "\"; on the class path "
                        + "there are " + (found.isEmpty() ? "none" : found.stream().map(RewardProvider::name)
                        .collect(Collectors.joining(", ")))));
        return new CustomReward(name, named.create(roles.judge(), format));
    }
}
