package org.catrl.reward;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/** What a rollout is worth by itself, whatever the reference says: its form, its length, its certainty. */
public final class CompletionReward implements RewardDeriver {
    private static final Pattern THINK = Pattern.compile("^<think>(?!.*<think>)(.*?)</think>.*$", Pattern.DOTALL);

    private final String name;
    private final Function<Rollout, OptionalDouble> value;

    private CompletionReward(String name, Function<Rollout, OptionalDouble> value) {
        this.name = name;
        this.value = value;
    }

    /** A reward that every rollout has. */
    private static CompletionReward always(String name, ToDoubleFunction<Rollout> value) {
        return new CompletionReward(name, rollout -> OptionalDouble.of(value.applyAsDouble(rollout)));
    }

    /**
     * A reward of 1 where the text begins with one {@code <think>} and closes it, else 0, as TRL's
     * think_format_reward.
     */
    public static CompletionReward thinkFormat() {
        return always("think_format", rollout -> THINK.matcher(rollout.text()).matches() ? 1 : 0);
    }

    /**
     * A reward of 0.25 for {@code <think>...</think>} and 0.75 for {@code <answer>...</answer>}, as NeMo-RL's format
     * reward.
     */
    public static CompletionReward thinkAnswerFormat() {
        return always("think_answer_format", rollout ->
                (holdsElement(rollout.text(), "think") ? 0.25 : 0)
                        + (holdsElement(rollout.text(), "answer") ? 0.75 : 0));
    }

    private static boolean holdsElement(String text, String name) {
        int open = text.indexOf("<" + name + ">");
        return open >= 0 && text.indexOf("</" + name + ">", open) >= 0;
    }

    /** A reward of {@code penalty} beyond {@code limit} tokens, else 0 (the paper's: -1 beyond 750). */
    public static CompletionReward lengthPenalty(int limit, double penalty) {
        return always("length_penalty",
                rollout -> rollout.completion().ids().length > limit ? penalty : 0);
    }

    /**
     * A reward of 0 up to {@code maxLength - cache} tokens, falling to -1 at {@code maxLength} (DAPO's soft overlong
     * punishment, arXiv 2503.14476, equation 13).
     */
    public static CompletionReward softOverlong(int maxLength, int cache) {
        return always("soft_overlong", rollout -> {
            int over = rollout.completion().ids().length - (maxLength - cache);
            return over <= 0 ? 0 : Math.max(-1, -over / (double) cache);
        });
    }

    /**
     * A reward of {@code penalty}, negative, times the share of n-grams of tokens that are repeats (arXiv 2502.03373,
     * as TRL's repetition penalty); 0 for fewer tokens than one n-gram.
     */
    public static CompletionReward repetition(int ngram, double penalty) {
        return always("repetition_penalty",
                rollout -> repetition(rollout.completion().ids(), ngram) * penalty);
    }

    private static double repetition(int[] ids, int ngram) {
        int all = ids.length - ngram + 1;
        Set<List<Integer>> distinct = new HashSet<>();
        for (int i = 0; i < all; i++) {
            distinct.add(Arrays.stream(ids, i, i + ngram).boxed().toList());
        }
        return all <= 0 ? 0 : 1 - distinct.size() / (double) all;
    }

    /**
     * A reward that is the mean log-probability per token as recorded at sampling: how sure the policy was. No
     * verdict where its model tells none.
     */
    public static CompletionReward certainty() {
        return new CompletionReward("certainty", Rollout::meanLogProb);
    }

    /**
     * A right completion is worth from {@code maxRight} (short) down to {@code minRight} (at {@code maxLength}), a
     * wrong one from {@code minWrong} up to {@code maxWrong}, along half a cosine (arXiv 2502.03373, as TRL's
     * cosine-scaled reward).
     */
    static double cosine(boolean right, int length, int maxLength, double minWrong, double maxWrong, double minRight,
                         double maxRight) {
        double cosine = Math.cos(Math.PI * Math.min(1, length / (double) maxLength));
        double low = right ? minRight : maxWrong;
        double high = right ? maxRight : minWrong;
        return low + 0.5 * (high - low) * (1 + cosine);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        return Pending.of(new ScoredGroup(taught, taught.group().rollouts().stream().map(this::of).toList()));
    }

    Reward of(Rollout rollout) {
        OptionalDouble reward = value.apply(rollout);
        return reward.isPresent()
                ? Reward.of(reward.getAsDouble(), new Evidence.Measure(name, reward.getAsDouble()))
                : Reward.noVerdict(name + " wants log-probabilities, and the model that wrote this tells none");
    }
}
