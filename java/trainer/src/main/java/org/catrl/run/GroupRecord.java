package org.catrl.run;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;

/**
 * One line of {@code groups.jsonl}: all that made the rewards of a group.
 *
 * <pre>{@code
 * public void group(GroupRecord group) {
 *     group.rollouts().forEach(rollout -> System.out.println(rollout.reward() + " " + rollout.text()));
 * }
 * }</pre>
 *
 * @param step      counted from 0
 * @param promptId  the id of the prompt
 * @param prompt    its text
 * @param rollouts  in order
 * @param reference what they were held against
 */
public record GroupRecord(int step, int promptId, String prompt, List<Attempt> rollouts, Reference reference) {
    /**
     * One rollout of the group.
     *
     * @param text     its decoded text
     * @param finish   why it ended: stop_token, length ...
     * @param tokens   how many it has
     * @param reward   null: no verdict
     * @param evidence what the reward rests on
     */
    public record Attempt(String text, String finish, int tokens, Double reward, String evidence) { }

    /**
     * What the rollouts were held against.
     *
     * @param text       its text; empty where the aggregator abstained
     * @param answer     null where the reference holds none
     * @param source     the aggregator that made it
     * @param confidence in [0, 1]; 1 where the aggregator has no measure
     * @param abstained  why there is no reference; null where there is one
     */
    public record Reference(String text, String answer, String source, double confidence, String abstained) { }

    static GroupRecord of(int step, ScoredGroup scored) {
        SampledGroup group = scored.group();
        PseudoReference reference = scored.reference();
        List<Attempt> attempts = IntStream.range(0, group.rollouts().size())
                .mapToObj(i -> attempt(group.rollouts().get(i), scored.rewards().get(i))).toList();
        return new GroupRecord(step, group.prompt().id(), group.prompt().text(), attempts,
                new Reference(reference.text(), reference.answer().orElse(null), reference.source(),
                        reference.confidence(), reference.abstained().orElse(null)));
    }

    private static Attempt attempt(Rollout rollout, Reward reward) {
        OptionalDouble value = reward.value();
        return new Attempt(rollout.text(), rollout.completion().finish().name().toLowerCase(),
                rollout.completion().ids().length, value.isPresent() ? value.getAsDouble() : null,
                reward.evidence().text());
    }
}
