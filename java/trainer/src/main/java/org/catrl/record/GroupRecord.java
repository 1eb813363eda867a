package org.catrl.record;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A group of rollouts as it is recorded: all that made their rewards. What a listener hears, what the record keeps, and
 * what is read back from it. What does not apply is null.
 *
 * <pre>{@code
 * public void group(GroupRecord group) {
 *     group.rollouts().forEach(rollout -> System.out.println(rollout.reward() + " " + rollout.text()));
 * }
 * }</pre>
 *
 * @param step           counted from 0
 * @param position       its place among the groups of the step, from 0
 * @param prompt         what was asked
 * @param whole          whether texts, tokens, rubric and verdicts are there; without them it still has its rewards
 * @param weightsVersion optimizer steps of the weights that drew it; null where no model of this process did
 * @param reference      what the rollouts were held against
 * @param majority       the answer that most rollouts gave; null where none gave any
 * @param rubric         how its rubric came about; null where there is none
 * @param criteria       what verdicts were asked on, in the order that verdicts count them
 * @param rollouts       in order; those behind num_generations voted, and nothing was learned from them
 */
public record GroupRecord(int step, int position, Prompt prompt, boolean whole, Integer weightsVersion,
                          Reference reference, String majority, Rubric rubric, List<Criterion> criteria,
                          List<Rollout> rollouts) {
    public GroupRecord {
        criteria = List.copyOf(criteria);
        rollouts = List.copyOf(rollouts);
    }

    /**
     * What was asked.
     *
     * @param id   the id of the prompt in its data
     * @param text of a conversation, its messages one under the other
     * @param ids  its tokens as the model read them; null where they are not known
     */
    public record Prompt(int id, String text, int[] ids) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Prompt prompt && id == prompt.id && text.equals(prompt.text)
                    && Arrays.equals(ids, prompt.ids);
        }

        @Override
        public int hashCode() {
            return Objects.hash(id, text, Arrays.hashCode(ids));
        }
    }

    /**
     * What the rollouts were held against.
     *
     * @param text       its text; empty where the aggregator abstained
     * @param answer     null where the reference holds none
     * @param source     the aggregator that made it
     * @param confidence in [0, 1]; 1 where the aggregator has no measure
     * @param abstained  why there is no reference; null where there is one
     * @param weights    how much each rollout spoke for it
     */
    public record Reference(String text, String answer, String source, double confidence, String abstained,
                            List<Double> weights) { }

    /**
     * How a rubric came about.
     *
     * @param raw        the text that it was read from
     * @param written    criteria it was written with
     * @param duplicates those left out because another one asks the same
     * @param dropped    those left out as more than are judged
     * @param failed     those left out because the reference itself fails them
     */
    public record Rubric(String raw, int written, int duplicates, int dropped, int failed) { }

    /**
     * What a judge was asked.
     *
     * @param part        the name of the reward that asked
     * @param text        what a response does that meets it
     * @param points      what meeting it is worth
     * @param veto        failing it takes everything
     * @param used        false where the reference fails it, so that no rollout was asked
     * @param ofReference whether the reference meets it; null where it was not asked, or there was no verdict
     * @param reply       the judge's words on the reference
     */
    public record Criterion(String part, String text, double points, boolean veto, boolean used, Boolean ofReference,
                            String reply) { }

    /**
     * One rollout.
     *
     * @param text      null where the group is not whole
     * @param drawn     its tokens
     * @param answer    what was read of it
     * @param reward    null: no verdict
     * @param advantage what the update learned of it; 0 where it is left out
     * @param used      whether it took part in the update
     * @param evidence  what the reward rests on, as people read it
     * @param parts     the terms of the reward, where it is a weighted sum
     * @param verdicts  on the criteria of the group
     */
    public record Rollout(String text, Drawn drawn, Answer answer, Double reward, double advantage, boolean used,
                          String evidence, List<Part> parts, List<Verdict> verdicts) {
        public Rollout {
            parts = List.copyOf(parts);
            verdicts = List.copyOf(verdicts);
        }

        /** The evidence of the parts one after the other, as a sum has it; null where they have none. */
        String evidenceOfParts() {
            return parts.isEmpty() || parts.stream().anyMatch(part -> part.evidence == null) ? null
                    : parts.stream().map(part -> part.name + ": " + part.evidence + "\n").collect(Collectors.joining());
        }

        Rollout withEvidence(String other) {
            return new Rollout(text, drawn, answer, reward, advantage, used, other, parts, verdicts);
        }

        private Rollout thin() {
            return new Rollout(null, drawn.thin(), answer, reward, advantage, used, null,
                    parts.stream().map(Part::thin).toList(), List.of());
        }
    }

    /**
     * A rollout's tokens.
     *
     * @param finish   why it ended: stop_token, length ...
     * @param tokens   how many it has
     * @param ids      them; null where they are not kept
     * @param logProbs their log-probabilities when they were drawn; null where they are not kept
     */
    public record Drawn(String finish, int tokens, int[] ids, float[] logProbs) {
        private Drawn thin() {
            return new Drawn(finish, tokens, null, null);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Drawn drawn && finish.equals(drawn.finish) && tokens == drawn.tokens
                    && Arrays.equals(ids, drawn.ids) && Arrays.equals(logProbs, drawn.logProbs);
        }

        @Override
        public int hashCode() {
            return Objects.hash(finish, tokens, Arrays.hashCode(ids), Arrays.hashCode(logProbs));
        }
    }

    /**
     * What was read of a rollout.
     *
     * @param text    its final answer; null where there is none
     * @param whyNone why reading it was given up; null where it was not
     */
    public record Answer(String text, String whyNone) { }

    /**
     * One term of a reward.
     *
     * @param name     the name of the reward
     * @param weight   what it is multiplied by
     * @param value    the reward before that; null: no verdict
     * @param evidence what it rests on, as people read it
     */
    public record Part(String name, double weight, Double value, String evidence) {
        private Part thin() {
            return new Part(name, weight, value, null);
        }
    }

    /**
     * What a judge said of a rollout and a criterion.
     *
     * @param criterion its place in the group's criteria
     * @param met       null: no verdict
     * @param reply     the judge's words, or why there are none
     * @param failure   the kind of failure where there is no verdict
     * @param calls     questions asked for it
     * @param seconds   how long they took over a network; null where none was asked
     */
    public record Verdict(int criterion, Boolean met, String reply, String failure, int calls, Double seconds) { }

    /** The group without its rollouts' texts and tokens, rubric and verdicts; rewards and answers stay. */
    public GroupRecord thin() {
        return new GroupRecord(step, position, prompt, false, weightsVersion, reference, majority, null, List.of(),
                rollouts.stream().map(Rollout::thin).toList());
    }
}
