package org.catrl.aggregate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Usage;
import org.catrl.flow.WeightsVersion;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.lm.Reply;
import org.catrl.text.AnswerFormat;

/** Hand-written groups for tests: an answer is what follows the last '#'; leading zeros do not matter. */
public final class Rollouts {
    public static final AnswerFormat AFTER_HASH = new AnswerFormat() {
        @Override
        public Optional<String> extract(String text) {
            int hash = text.lastIndexOf('#');
            return hash < 0 ? Optional.empty() : Optional.of(text.substring(hash + 1));
        }

        @Override
        public String canonical(String answer) {
            return answer.replaceFirst("^0+(?=.)", "");
        }

        @Override
        public boolean equivalent(String a, String b) {
            return canonical(a).equals(canonical(b));
        }
    };

    private Rollouts() { }

    public static SampledGroup group(int id, String... texts) {
        return group(new Prompt(id, "Q" + id + "="), Arrays.stream(texts).map(Rollouts::rollout).toList());
    }

    /** Rollouts of a model that reads a prompt behind a '>'. */
    public static SampledGroup group(Prompt prompt, List<Rollout> rollouts) {
        return new SampledGroup(prompt, rollouts, Optional.of(new SampledGroup.Origin(
                (">" + prompt.text()).chars().toArray(), WeightsVersion.INITIAL)));
    }

    /** A group whose reference is given. */
    public static TaughtGroup taught(SampledGroup group, PseudoReference reference) {
        return new TaughtGroup(group, reference);
    }

    public static Reply reply(String text) {
        return new Reply.Answered(rollout(text), OptionalInt.empty(), OptionalInt.of(text.length()), Usage.ONE_CALL);
    }

    public static Rollout rollout(String text) {
        return new Rollout(text, new Completion(new int[text.length()], new float[0], Finish.STOP_TOKEN));
    }

    public static Rollout truncated(String text) {
        return new Rollout(text, new Completion(new int[text.length()], new float[0], Finish.LENGTH));
    }
}
