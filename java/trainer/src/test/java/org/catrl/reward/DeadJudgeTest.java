package org.catrl.reward;

import static org.catrl.lm.FakeEndpoint.answer;
import static org.catrl.lm.FakeEndpoint.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.aggregate.Rollouts;
import org.catrl.flow.FailureKind;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.ApiKey;
import org.catrl.lm.EndpointModel;
import org.catrl.lm.EndpointSettings;
import org.catrl.lm.FenceMark;
import org.catrl.lm.FakeEndpoint;
import org.catrl.lm.Pending;
import org.catrl.lm.ResponseCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A judge behind an endpoint that is dead, dies or talks nonsense: no verdicts, soon, with the reasons. */
@Tag("hostile")
@Timeout(60)
class DeadJudgeTest {
    private static final FenceMark MARKS = new FenceMark("a secret of tests");
    private final FakeEndpoint endpoint = new FakeEndpoint((exchange, prompt) ->
            answer(exchange, 200, reply("<verdict>yes</verdict>")));

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private EndpointModel model() {
        return new EndpointModel(new EndpointSettings(URI.create(endpoint.url()), "m", 4, Duration.ofSeconds(1),
                Duration.ofMinutes(5), 5, 100_000), ApiKey.NONE, ResponseCache.inMemory());
    }

    private static ModelJudge judge(EndpointModel model, int attempts) {
        return new ModelJudge(model, JudgePrompt.general(VerdictFormat.XML, MARKS), VerdictFormat.XML,
                SamplingSettings.of(0, 64, List.of()), attempts);
    }

    private static List<Verdict> verdicts(Judge judge, int questions) {
        return Pending.all(IntStream.range(0, questions).mapToObj(i -> judge.judge(new Judge.Question(
                new DrawKey(0, 0, i, Purpose.VERDICT), Optional.empty(), "response " + i, "is kind"))).toList()).get();
    }

    private static List<TaughtGroup> taught(int groups) {
        return IntStream.range(0, groups).mapToObj(i -> new TaughtGroup(Rollouts.group(i, "x" + i, "y" + i),
                new PseudoReference("reference " + i, Optional.empty(), "test", List.of(), 1, Optional.empty())))
                .toList();
    }

    /** Today's defaults would have asked each of these three times with six requests. */
    @Test
    void whatIsNotAnsweredIsNotAskedAgain() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 401, "{\"error\": {\"message\": \"no such key\"}}"));
        try (EndpointModel model = model()) {
            List<Verdict> verdicts = assertTimeoutPreemptively(Duration.ofSeconds(10), () ->
                    verdicts(judge(model, 3), 300));
            assertTrue(verdicts.stream().allMatch(verdict -> verdict.met().isEmpty()));
            assertTrue(endpoint.asked().size() <= 2 * 4, endpoint.asked().size() + " requests");
            Map<String, Double> metrics = JudgeMetrics.of(verdicts);
            assertEquals(1, metrics.get("judge/failures"));
            assertEquals(300, metrics.get("judge/no_verdict/refused") + metrics.get("judge/no_verdict/down"));
            assertEquals(endpoint.asked().size(), metrics.get("judge/calls"), "what was not asked is no call");
        }
    }

    /** Greedy or not, what says nothing is asked again at the endpoint, and not of our own cache. */
    @Test
    void nonsenseIsAskedAgain() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200,
                reply(endpoint.asked().size() < 3 ? "hm" : "<verdict>no</verdict>")));
        try (EndpointModel model = model()) {
            ModelJudge judge = judge(model, 3);
            assertEquals(Optional.of(false), verdicts(judge, 1).get(0).met());
            assertEquals(3, endpoint.asked().size());
            assertEquals(Optional.of(false), verdicts(judge, 1).get(0).met());
            assertEquals(3, endpoint.asked().size(), "a later step finds all three attempts in the cache");
        }
    }

    @Test
    void nonsenseForEverIsUnclear() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("it depends")));
        try (EndpointModel model = model()) {
            Verdict verdict = verdicts(judge(model, 3), 1).get(0);
            assertEquals(Optional.of(FailureKind.UNCLEAR), verdict.failure());
            assertEquals(3, verdict.usage().calls());
            assertEquals(3, endpoint.asked().size());
        }
    }

    @Test
    void theFailureTellsEveryKindAndHoldsTheEvidence() {
        endpoint.behave((exchange, prompt) -> {
            if (prompt.contains("x0")) {
                answer(exchange, 400, "bad\u001b[2J question");
            } else {
                answer(exchange, 200, reply(prompt.contains("y1") ? "it depends" : "<verdict>yes</verdict>"));
            }
        });
        try (EndpointModel model = model()) {
            JudgeReward reward = new JudgeReward(judge(model, 2), 0.4);
            JudgeFailureException failure = assertThrows(JudgeFailureException.class, () ->
                    reward.scoreAll(taught(2), 5));
            assertEquals("step 5: the judge gave no verdict on 50% of what it was asked, the limit (failure_limit) is "
                    + "40%: 1 status (the endpoint answered with status 400: bad [2J question), 1 unclear (it "
                    + "depends). Look at all it was asked (catrl explain), at its endpoint, or at its prompt",
                    failure.getMessage());
            assertEquals(5, failure.step());
            assertEquals(2, failure.groups().size());
            ScoredGroup first = failure.groups().get(0);
            assertEquals("reference 0", first.reference().text());
            assertTrue(first.rewards().get(0).evidence().text().contains("status 400"),
                    first.rewards().get(0).evidence().text());
        }
    }

    /** The failure of one part of a sum holds the evidence of all parts. */
    @Test
    void aSumsFailureHoldsTheSum() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 401, "no"));
        try (EndpointModel model = model()) {
            RewardDeriver judged = new JudgeReward(judge(model, 2), 0.1);
            RewardDeriver sum = new WeightedSum(List.of(new WeightedSum.Part(judged, 1)));
            JudgeFailureException failure = assertThrows(JudgeFailureException.class, () ->
                    sum.scoreAll(taught(3), 0));
            assertTrue(failure.groups().get(2).rewards().get(1).evidence().text().startsWith("judge: "),
                    failure.groups().get(2).rewards().get(1).evidence().text());
        }
    }

    @Test
    void aDeadRubricWriterSaysWhy() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 403, "no"));
        try (EndpointModel model = model()) {
            RubricWriter writer = new RubricWriter(model, RubricPrompt.fromReference(3, MARKS), false,
                    SamplingSettings.of(0, 64, List.of()));
            Rubric rubric = writer.rubric(taught(1).get(0), 0).get();
            assertEquals(List.of(), rubric.criteria());
            assertEquals("the rubric writer did not answer: the endpoint answered with status 403: no", rubric.raw());
        }
    }
}
