package org.catrl.reward;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says of responses whether they meet criteria. Each question is answered by itself. */
public interface Judge {
    /**
     * @param id        number of the question's prompt, part of the random key
     * @param context   what the response responds to; empty = not shown
     * @param response  a rollout or a reference, never trusted
     * @param criterion what is asked of it
     */
    record Question(int id, Optional<String> context, String response, String criterion) { }

    /**
     * @param met   empty = no verdict: the judge failed, timed out or did not say it plainly
     * @param reply as it came
     */
    record Verdict(Optional<Boolean> met, String reply) { }

    /** In the order asked. */
    List<Verdict> judge(List<Question> questions, int step);

    /** {@code judge/*} of all calls since the last time this was asked. */
    Map<String, Double> metrics();
}
