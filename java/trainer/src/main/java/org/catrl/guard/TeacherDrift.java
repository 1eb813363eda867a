package org.catrl.guard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.aggregate.Ballot;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.TaughtGroup;
import org.catrl.text.AnswerFormat;

/** The distance of the teacher from itself at step 0, and from the vote, on the probe. */
public final class TeacherDrift {
    private TeacherDrift() { }

    /**
     * Shares of the prompts. {@code teacher_agreement}: the reference made of the current rollouts has the answer of
     * step 0's; {@code vote_agreement}: it has the answer that most of the current rollouts gave.
     *
     * @param taught  current rollouts with the references made of them
     * @param initial the references of step 0, in the same order
     */
    public static Map<String, Double> of(List<TaughtGroup> taught, List<PseudoReference> initial, AnswerFormat format) {
        Map<String, Double> signals = new LinkedHashMap<>();
        signals.put("teacher_agreement", IntStream.range(0, taught.size()).mapToDouble(i ->
                same(taught.get(i).reference().answer(), initial.get(i).answer(), format)).average().orElse(0));
        signals.put("vote_agreement", taught.stream().mapToDouble(group -> same(group.reference().answer(),
                Ballot.of(group.group(), format).winner(), format)).average().orElse(0));
        return signals;
    }

    private static double same(Optional<String> one, Optional<String> other, AnswerFormat format) {
        return one.isPresent() && other.isPresent() && format.equivalent(one.get(), other.get()) ? 1 : 0;
    }
}
