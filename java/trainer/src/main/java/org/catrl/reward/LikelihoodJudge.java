package org.catrl.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.data.Prompt;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Scorer;

/**
 * A local model as the judge, without generating: a criterion is met where "yes" is likelier than "no" after the question.
 * Both are read off one pass, in which the criteria asked of one response share its rows. There is always a verdict, but where the question does not fit the context.
 */
public final class LikelihoodJudge implements Judge {
    private final LanguageModel model;
    private final Scorer scorer;
    private final JudgePrompt prompt;
    private final String yes;
    private final String no;
    private long questions;
    private long failures;

    /**
     * @param model one that scores given texts
     * @param yes   what a model that finds the criterion met would say
     * @param no    likewise, not met
     */
    public LikelihoodJudge(LanguageModel model, JudgePrompt prompt, String yes, String no) {
        this.model = model;
        this.scorer = model.scorer().orElseThrow(() -> new IllegalArgumentException(
                "a judge by likelihood wants log-probabilities of given texts; bind it to a local model"));
        this.prompt = prompt;
        this.yes = yes;
        this.no = no;
    }

    @Override
    public List<Verdict> judge(List<Question> asked, int step) {
        Map<String, Optional<Double>> margins = new LinkedHashMap<>();
        List<String> prompts = asked.stream().map(prompt::of).toList();
        prompts.forEach(text -> margins.put(text, Optional.empty()));
        score(margins);
        questions += asked.size();
        failures += prompts.stream().filter(text -> margins.get(text).isEmpty()).count();
        return prompts.stream().map(text -> new Verdict(margins.get(text).map(margin -> margin > 0),
                margins.get(text).map(margin -> "log p(" + yes + ") - log p(" + no + ") = " + margin)
                        .orElse("it does not fit the context"))).toList();
    }

    private void score(Map<String, Optional<Double>> margins) {
        Completion first = completion(yes);
        Completion second = completion(no);
        int longest = Math.max(first.ids().length, second.ids().length);
        List<String> fitting = new ArrayList<>();
        List<Scorer.Continuation> continuations = new ArrayList<>();
        for (String text : margins.keySet()) {
            int[] question = scorer.asked(new Prompt(0, text));
            if (question.length + longest <= model.maxPositions()) {
                fitting.add(text);
                continuations.add(new Scorer.Continuation(question, first));
                continuations.add(new Scorer.Continuation(question, second));
            }
        }
        List<float[]> scored = continuations.isEmpty() ? List.of() : scorer.logProbs(continuations);
        for (int i = 0; i < fitting.size(); i++) {
            margins.put(fitting.get(i), Optional.of(sum(scored.get(2 * i)) - sum(scored.get(2 * i + 1))));
        }
    }

    private Completion completion(String text) {
        return new Completion(scorer.tokens(text), new float[0], Finish.STOP_TOKEN);
    }

    private static double sum(float[] logProbs) {
        return IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).sum();
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("judge/calls", (double) questions);
        metrics.put("judge/failures", questions == 0 ? 0 : failures / (double) questions);
        questions = 0;
        failures = 0;
        return metrics;
    }
}
