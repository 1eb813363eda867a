package org.catrl.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.catrl.data.LabelledPrompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.text.AnswerFormat;

/**
 * A problem as it was measured: what was answered, what was read of it, and whether it was right.
 *
 * @param promptId   the id of the problem
 * @param prompt     its text
 * @param gold       the right answer, or the JSON of a rubric
 * @param rollouts   the samples, in order
 * @param greedy     the sample of the most likely tokens; null where there is none
 * @param references what aggregators made of the samples
 */
public record EvaluatedGroup(int promptId, String prompt, String gold, List<Attempt> rollouts, Attempt greedy,
                             List<Reference> references) {
    /**
     * One sample.
     *
     * @param text    its decoded text
     * @param finish  why it ended: stop_token, length ...
     * @param tokens  how many it has
     * @param verdict what became of it
     */
    public record Attempt(String text, String finish, int tokens, Verdict verdict) {
        static Attempt of(Rollout rollout, Verdict verdict) {
            return new Attempt(rollout.text(), rollout.completion().finish().name().toLowerCase(Locale.ROOT),
                    rollout.completion().ids().length, verdict);
        }
    }

    /**
     * What an aggregator made of the samples.
     *
     * @param source    the aggregator
     * @param text      empty where it abstained
     * @param abstained why there is none; null where there is one
     * @param verdict   what became of it
     */
    public record Reference(String source, String text, String abstained, Verdict verdict) {
        static Reference of(String source, PseudoReference reference, Verdict verdict) {
            return new Reference(source, reference.text(), reference.abstained().orElse(null), verdict);
        }
    }

    /**
     * What a text was found to be; what does not apply is null.
     *
     * @param answer the final answer that was read of it
     * @param right  whether that is the gold answer
     * @param score  its grade by the rubric
     */
    public record Verdict(String answer, Boolean right, Double score) {
        static Verdict ofAnswer(Optional<String> answer, String gold, AnswerFormat format) {
            return new Verdict(answer.orElse(null), answer.filter(given -> format.equivalent(given, gold)).isPresent(),
                    null);
        }

        static Verdict ofScore(OptionalDouble score) {
            return new Verdict(null, null, score.isPresent() ? score.getAsDouble() : null);
        }
    }

    /** The samples of a group, judged by their place in it. */
    static List<Attempt> attempts(SampledGroup group, Function<Integer, Verdict> verdicts) {
        return IntStream.range(0, group.rollouts().size())
                .mapToObj(i -> Attempt.of(group.rollouts().get(i), verdicts.apply(i))).toList();
    }

    /** The samples of a group, judged by the answers in them. */
    static List<Attempt> attempts(SampledGroup group, String gold, AnswerFormat format) {
        return attempts(group, i -> Verdict.ofAnswer(format.extract(group.rollouts().get(i).text()), gold, format));
    }

    /** The references of some groups with their grades. */
    static List<Reference> references(List<TaughtGroup> taught, List<OptionalDouble> scores) {
        return IntStream.range(0, taught.size()).mapToObj(i -> Reference.of(taught.get(i).reference().source(),
                taught.get(i).reference(), Verdict.ofScore(scores.get(i)))).toList();
    }

    /** A problem without a greedy sample. */
    static EvaluatedGroup of(LabelledPrompt problem, List<Attempt> rollouts, List<Reference> references) {
        return new EvaluatedGroup(problem.prompt().id(), problem.prompt().text(), problem.gold(), rollouts, null,
                references);
    }
}
