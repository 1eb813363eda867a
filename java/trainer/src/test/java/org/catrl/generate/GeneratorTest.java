package org.catrl.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final int VOCAB = 26;

    private static String letters(int[] ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append((char) ('a' + id));
        }
        return text.toString();
    }

    private static Request request(int promptLength, int samples, int promptId, SamplingSettings settings) {
        return new Request(IntStream.range(0, promptLength).map(i -> (i * 7 + promptId) % VOCAB).toArray(), samples,
                settings, DrawKey.rollout(3, promptId));
    }

    private static Generator generator(FakeRunner runner) {
        return new Generator(runner, GeneratorTest::letters, 42);
    }

    private static void assertAsAlone(FakeRunner runner, List<Request> requests) {
        assertEquals(Expected.text(requests.stream()
                        .map(r -> Expected.completions(r, 42, VOCAB, GeneratorTest::letters)).toList()),
                Expected.text(generator(runner).generate(requests)));
    }

    @Test
    void aPromptIsPrefilledOnceForAllItsRollouts() {
        FakeRunner runner = new FakeRunner(64, 100, 200, VOCAB);
        assertAsAlone(runner, List.of(request(20, 8, 1, SamplingSettings.of(1, 10, List.of()))));
        assertEquals(20 + 8 * 9, runner.rows);
        assertEquals(1 + 9, runner.passes);
        assertEquals(7, runner.copies, "the last rollout takes the prompt's partial block over");
    }

    @Test
    void aPromptThatFillsItsBlocksIsNeverCopied() {
        FakeRunner runner = new FakeRunner(64, 100, 200, VOCAB);
        assertAsAlone(runner, List.of(request(32, 4, 1, SamplingSettings.of(1, 20, List.of()))));
        assertEquals(0, runner.copies);
    }

    @Test
    void finishedLeaveAndWaitingEnterWithoutAPause() {
        FakeRunner runner = new FakeRunner(8, 1000, 200, VOCAB);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            requests.add(request(1, 1, i, SamplingSettings.of(1, 30, List.of(i % 7))));
        }
        assertAsAlone(runner, requests);
        assertTrue(runner.rows > 7.2 * (runner.passes - 30), runner.rows + " rows in " + runner.passes + " passes");
    }

    @Test
    void rolloutsThatDoNotFitTogetherRunInTurns() {
        FakeRunner runner = new FakeRunner(64, 6, 200, VOCAB);
        assertAsAlone(runner, List.of(request(20, 9, 1, SamplingSettings.of(1, 40, List.of())),
                request(40, 2, 2, SamplingSettings.of(1, 40, List.of()))));
    }

    @Test
    void stopStringsEndACompletionAndAreKept() {
        SamplingSettings settings = new SamplingSettings(1, 0, 1, 0, 1, 100, List.of(), List.of("q", "zz"));
        List<Completion> completions = generator(new FakeRunner(16, 100, 200, VOCAB))
                .generate(List.of(request(5, 4, 9, settings))).get(0);
        for (Completion completion : completions) {
            assertEquals(Finish.STOP_STRING, completion.finish());
            assertTrue(letters(completion.ids()).matches("[^q]*(q|zz)"), letters(completion.ids()));
        }
    }

    @Test
    void greedyRolloutsAreAllEqual() {
        List<Completion> completions = generator(new FakeRunner(16, 100, 200, VOCAB))
                .generate(List.of(request(5, 3, 9, SamplingSettings.of(0, 12, List.of())))).get(0);
        assertEquals(Expected.text(List.of(completions.subList(0, 1))),
                Expected.text(List.of(completions.subList(2, 3))));
    }

    @Test
    void aFailureHoldsNoBlocks() {
        FakeRunner runner = new FakeRunner(4, 8, 200, VOCAB);
        List<Request> requests = List.of(request(20, 3, 1, SamplingSettings.of(1, 40, List.of())));
        Generator generator = generator(runner);
        String alone = Expected.text(generator.generate(requests));
        for (int passes = 0; passes < 60; passes += 7) {
            runner.failAfter = runner.passes + passes;
            assertEquals("the runner failed", assertThrows(IllegalStateException.class,
                    () -> generator.generate(requests)).getMessage());
        }
        runner.failAfter = Integer.MAX_VALUE;
        assertThrows(ArithmeticException.class, () -> generator.generate(requests, (request, rollout, completion) -> {
            throw new ArithmeticException();
        }));
        assertEquals(alone, Expected.text(generator.generate(requests)));
    }

    @Test
    void theListenerHearsOfEachCompletionOnce() {
        List<String> heard = new ArrayList<>();
        List<List<Completion>> all = generator(new FakeRunner(8, 50, 200, VOCAB)).generate(
                List.of(request(5, 2, 1, SamplingSettings.of(1, 4, List.of())),
                        request(5, 1, 2, SamplingSettings.of(1, 1, List.of()))),
                (request, rollout, completion) -> heard.add(request + "." + rollout));
        assertEquals(List.of("0.0", "0.1", "1.0"), heard.stream().sorted().toList());
        assertEquals(List.of(2, 1), all.stream().map(List::size).toList());
    }

    @Test
    void oneCallAtATime() {
        Generator generator = generator(new FakeRunner(8, 50, 200, VOCAB));
        List<Request> requests = List.of(request(5, 1, 1, SamplingSettings.of(1, 4, List.of())));
        assertThrows(IllegalStateException.class, () -> generator.generate(requests,
                (request, rollout, completion) -> generator.generate(requests)));
        assertEquals(1, generator.generate(requests).size());
    }

    @Test
    void nothingToDo() {
        assertEquals(List.of(), generator(new FakeRunner(8, 50, 200, VOCAB)).generate(List.of()));
    }

    @Test
    void whatCannotRunIsRefusedBeforeAnythingRuns() {
        FakeRunner runner = new FakeRunner(8, 5, 100, VOCAB);
        Request good = request(5, 1, 1, SamplingSettings.of(1, 4, List.of()));
        assertRefused(runner, good, request(100, 1, 7, SamplingSettings.of(1, 1, List.of())),
                "prompt 7 (request 1) cannot be continued: it has 100 tokens, which leaves no room in the model's "
                        + "context of 100; shorten it");
        assertRefused(runner, good, request(90, 1, 7, SamplingSettings.of(1, 11, List.of())),
                "prompt 7 (request 1) cannot be continued: its 90 tokens and max_completion_length 11 make 101, the "
                        + "model's context is 100; shorten the prompt or lower max_completion_length");
        assertRefused(runner, good, request(50, 2, 7, SamplingSettings.of(1, 40, List.of())),
                "prompt 7 (request 1) cannot be continued: its 50 tokens and max_completion_length 40 take 7 cache "
                        + "blocks of 16 tokens, the cache has 5; give it more (sampling.cache_mb)");
        assertRefused(runner, good, new Request(new int[] {3, 26}, 1, good.settings(), DrawKey.rollout(0, 7)),
                "prompt 7 (request 1) cannot be continued: it has the token 26, the model's vocabulary is 26; is this "
                        + "the model's tokenizer?");
        assertRefused(runner, good, request(5, 1, 7, SamplingSettings.of(1, 4, List.of(99))),
                "prompt 7 (request 1) cannot be continued: it has the stop token 99, the model's vocabulary is 26; is "
                        + "this the model's tokenizer?");
        assertThrows(RequestException.class, () -> new Request(new int[0], 1, good.settings(), DrawKey.rollout(0, 7)));
        assertThrows(RequestException.class, () -> new Request(new int[1], 0, good.settings(), DrawKey.rollout(0, 7)));
    }

    private static void assertRefused(FakeRunner runner, Request good, Request bad, String message) {
        assertEquals(message, assertThrows(RequestException.class,
                () -> generator(runner).generate(List.of(good, bad))).getMessage());
        assertEquals(0, runner.passes);
    }

    @Test
    void theSmallestCacheThatIsAcceptedIsEnough() {
        for (int prompt = 1; prompt <= 34; prompt++) {
            for (int most : new int[] {1, 2, 15, 16, 17, 33}) {
                for (int samples = 1; samples <= 3; samples++) {
                    Request request = request(prompt, samples, 1, SamplingSettings.of(1, most, List.of()));
                    int blocks = new PromptTask(0, request, 0, samples).leastBlocks();
                    assertAsAlone(new FakeRunner(2, blocks, 100, VOCAB), List.of(request));
                }
            }
        }
    }
}
