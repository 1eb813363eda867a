package org.catrl.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.catrl.aggregate.Rollouts;
import org.catrl.aggregate.ScoringModel;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Usage;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;
import org.catrl.lm.Scorer;
import org.junit.jupiter.api.Test;

/** Scores of given texts: the judge that does not generate, and the reference after a rollout. */
class LikelihoodTest {
    private static final JudgePrompt PROMPT = JudgePrompt.template("", "|", "?");

    private static Judge.Question question(String response, String criterion) {
        return new Judge.Question(DrawKey.rollout(0, 0), Optional.empty(), response, criterion);
    }

    @Test
    void yesIsMetWhereItIsLikelierThanNo() {
        List<Scorer.Continuation> scored = new ArrayList<>();
        // "yes" has three tokens, "no" two: their sums are compared, not their means
        ScoringModel model = new ScoringModel(scored, continuation -> ScoringModel.said(continuation).equals("yes")
                ? new float[] {-1, -1, ScoringModel.text(continuation).contains("good") ? -0.5f : -1.5f}
                : new float[] {-1.5f, -1.5f}, 30);
        LikelihoodJudge judge = new LikelihoodJudge(model, PROMPT, "yes", "no");
        List<Verdict> verdicts = Pending.all(Stream.of(question("good", "is kind"), question("bad", "is kind"),
                question("good", "is kind"), question("a response that is longer than fits", "is kind"))
                .map(judge::judge).toList()).get();
        assertEquals(List.of(Optional.of(true), Optional.of(false), Optional.of(true), Optional.empty()),
                verdicts.stream().map(Verdict::met).toList());
        assertEquals(List.of(">good|is kind?", ">good|is kind?", ">bad|is kind?", ">bad|is kind?"),
                scored.stream().map(ScoringModel::text).toList(), "asked once, as the model is asked, yes beside no");
        assertEquals(Map.of("judge/calls", 4.0, "judge/failures", 0.25, "judge/no_verdict/too_long", 1.0),
                JudgeMetrics.of(verdicts));
        assertEquals(Map.of("judge/calls", 0.0, "judge/failures", 0.0), JudgeMetrics.of(List.of()),
                "nothing was asked");
    }

    @Test
    void theReferenceIsScoredBehindWhatWasAskedAndSaid() {
        List<Scorer.Continuation> scored = new ArrayList<>();
        ScoringModel model = new ScoringModel(scored, continuation -> new float[] {-1,
            ScoringModel.text(continuation).contains("b#2") ? -3 : -1}, 20);
        ReferenceLikelihood likelihood = new ReferenceLikelihood(model, "\n");
        List<Reward> rewards = likelihood.score(new TaughtGroup(
                Rollouts.group(7, "a#1", "b#2", "far too long to fit in there"),
                new PseudoReference("#1", Optional.of("1"), "t", List.of(), 1, Optional.empty())), 0).get().rewards();
        assertEquals(List.of(OptionalDouble.of(-1), OptionalDouble.of(-2), OptionalDouble.empty()),
                rewards.stream().map(Reward::value).toList());
        assertEquals(List.of(">Q7=a#1\n", ">Q7=b#2\n"), scored.stream().map(ScoringModel::text).toList());
    }

    @Test
    void aRemoteModelIsRefused() {
        LanguageModel remote = new Remote();
        assertThrows(IllegalArgumentException.class, () -> new LikelihoodJudge(remote, PROMPT, "yes", "no"));
        assertThrows(IllegalArgumentException.class, () -> new ReferenceLikelihood(remote, ""));
    }

    private static final class Remote implements LanguageModel {
        @Override
        public Pending<Reply> ask(Query query) {
            return Pending.of(new Reply.Unanswered("nobody is there", Usage.NONE));
        }

        @Override
        public int tokens(String text) {
            return 1;
        }

        @Override
        public int maxPositions() {
            return 1;
        }
    }
}
