package org.catrl.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.text.Excerpt;

/**
 * What a step had to learn from, in counts. A KL term is none: it pulls back, and teaches nothing.
 *
 * @param groups     all groups
 * @param rollouts   all their rollouts
 * @param abstained  groups without a reference, by what was said
 * @param noVerdicts rollouts without a reward, in the groups that have a reference
 * @param noSpread   groups with a reference and without spread in their rewards
 * @param unparsed   rollouts without an answer
 * @param learned    rollouts that the update learned from
 * @param allOne     whether every reward there is is 1, and more than half of the rollouts have one
 */
public record LearningSignal(int groups, int rollouts, Map<String, Integer> abstained, int noVerdicts, int noSpread,
                             int unparsed, int learned, boolean allOne) {
    private static final int LONGEST_REASON = 100;
    private static final int MOST_REASONS = 3;

    /**
     * The signal of a step.
     *
     * @param unparsed rollouts without an answer
     */
    static LearningSignal of(List<ScoredGroup> scored, Advantages advantages, GrpoConfig config, int unparsed) {
        List<ScoredGroup> taught = scored.stream().filter(group -> group.reference().abstained().isEmpty()).toList();
        int rollouts = scored.stream().mapToInt(group -> group.rewards().size()).sum();
        return new LearningSignal(scored.size(), rollouts, reasons(scored),
                taught.stream().mapToInt(group -> group.rewards().size() - stats(group).count()).sum(),
                (int) taught.stream().filter(group -> stats(group).none()).count(), unparsed,
                learned(scored, advantages, config), allOne(scored, rollouts));
    }

    private static RewardStats stats(ScoredGroup group) {
        RewardStats stats = new RewardStats();
        group.rewards().stream().map(Reward::value).forEach(value -> value.ifPresent(stats::add));
        return stats;
    }

    private static Map<String, Integer> reasons(List<ScoredGroup> scored) {
        return scored.stream().flatMap(group -> group.reference().abstained().stream())
                .collect(Collectors.toMap(LearningSignal::kind, why -> 1, Integer::sum, TreeMap::new));
    }

    /** A reason without what is the group's own: what stands behind a colon. */
    private static String kind(String why) {
        return Excerpt.of(why.split(":", 2)[0], LONGEST_REASON);
    }

    private static int learned(List<ScoredGroup> scored, Advantages advantages, GrpoConfig config) {
        int learned = 0;
        for (int g = 0; g < scored.size(); g++) {
            GroupAdvantages group = advantages.groups().get(g);
            boolean spread = !stats(scored.get(g)).none();
            for (int i = 0; i < group.values().length; i++) {
                boolean masked = config.maskTruncatedCompletions() && group.group().rollouts().get(i).truncated();
                learned += spread && group.used()[i] && !masked && group.values()[i] != 0 ? 1 : 0;
            }
        }
        return learned;
    }

    private static boolean allOne(List<ScoredGroup> scored, int rollouts) {
        List<Double> values = scored.stream().flatMap(group -> group.rewards().stream()).map(Reward::value)
                .filter(OptionalDouble::isPresent).map(OptionalDouble::getAsDouble).toList();
        return 2 * values.size() > rollouts && values.stream().allMatch(value -> value == 1);
    }

    /** Why the step taught nothing; empty where it taught something. */
    public Optional<EmptyCause> empty() {
        return learned > 0 ? Optional.empty() : Optional.of(cause());
    }

    private EmptyCause cause() {
        int abstaining = abstaining();
        if (abstaining == groups) {
            return EmptyCause.ABSTAINED;
        } else if (allOne) {
            return EmptyCause.FINISHED;
        } else if (noSpread < groups - abstaining) {
            return EmptyCause.LEFT_OUT;
        }
        int taught = rollouts / groups * (groups - abstaining);
        return noVerdicts == taught ? EmptyCause.NO_VERDICT : EmptyCause.NO_SPREAD;
    }

    private int abstaining() {
        return abstained.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The counts in one line. */
    public String counts() {
        String reasons = abstained.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(MOST_REASONS).map(reason -> reason.getKey() + ": " + reason.getValue() + " groups")
                .collect(Collectors.joining("; "));
        return "of " + groups + " groups " + abstaining() + " abstained" + (reasons.isEmpty() ? "" : " (" + reasons
                + ")") + ", " + noSpread + " without spread; of " + rollouts + " rollouts " + unparsed
                + " without an answer, " + noVerdicts + " without a verdict";
    }
}
