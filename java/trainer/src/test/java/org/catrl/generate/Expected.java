package org.catrl.generate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What {@link FakeRunner}'s model answers a request, drawn one token after another without any scheduling. */
final class Expected {
    private Expected() { }

    static List<Completion> completions(Request request, long seed, int vocab, Function<int[], String> decode) {
        return IntStream.range(0, request.samples())
                .mapToObj(rollout -> completion(request, rollout, seed, vocab, decode))
                .toList();
    }

    private static Completion completion(Request request, int rollout, long seed, int vocab,
                                         Function<int[], String> decode) {
        SamplingSettings s = request.settings();
        float[] settings = {(float) s.temperature(), s.topK(), (float) s.topP(), (float) s.minP(),
                (float) s.repetitionPenalty()};
        int prompt = request.prompt().length;
        int[] history = Arrays.copyOf(request.prompt(), prompt + s.maxCompletionLength());
        float[] logProbs = new float[s.maxCompletionLength()];
        for (int t = 0; t < s.maxCompletionLength(); t++) {
            int[] counter = {request.key().step(), request.key().prompt(), rollout, t};
            int[] seen = Arrays.stream(history, 0, prompt + t).distinct().toArray();
            history[prompt + t] = FakeRunner.token(history, prompt + t, settings, counter, seed, seen, vocab);
            logProbs[t] = FakeRunner.logProb(history, prompt + t, settings, counter, seed, seen);
            Finish finish = finish(s, Arrays.copyOfRange(history, prompt, prompt + t + 1), decode);
            if (finish != null) {
                return new Completion(Arrays.copyOfRange(history, prompt, prompt + t + 1),
                        Arrays.copyOf(logProbs, t + 1), finish);
            }
        }
        throw new AssertionError("no end");
    }

    private static Finish finish(SamplingSettings settings, int[] ids, Function<int[], String> decode) {
        String text = decode.apply(ids);
        return settings.stopTokens().contains(ids[ids.length - 1]) ? Finish.STOP_TOKEN
                : settings.stopStrings().stream().anyMatch(text::contains) ? Finish.STOP_STRING
                : ids.length == settings.maxCompletionLength() ? Finish.LENGTH : null;
    }

    static String text(List<List<Completion>> completions) {
        return completions.stream().flatMap(List::stream).map(c -> Arrays.toString(c.ids())
                + Arrays.toString(c.logProbs()) + c.finish()).toList().toString();
    }
}
