package org.catrl.aggregate;

import java.util.Arrays;
import java.util.Optional;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
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
        return new SampledGroup(new Prompt(id, "Q" + id + "="), Arrays.stream(texts).map(Rollouts::rollout).toList());
    }

    public static Rollout rollout(String text) {
        return new Rollout(text, new Completion(new int[text.length()], new float[0], Finish.STOP_TOKEN));
    }

    public static Rollout truncated(String text) {
        return new Rollout(text, new Completion(new int[text.length()], new float[0], Finish.LENGTH));
    }
}
