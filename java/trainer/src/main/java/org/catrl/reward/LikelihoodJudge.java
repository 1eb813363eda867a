package org.catrl.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.flow.FailureKind;
import org.catrl.flow.Usage;
import org.catrl.flow.Verdict;
import org.catrl.lm.Batcher;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.lm.Scorer;

/**
 * A local model as the judge, without generating: a criterion is met where "yes" is likelier than "no" after the
 * question. Both are read off one pass, in which the criteria asked of one response share its rows. There is always a
 * verdict, but where the question does not fit the context.
 */
public final class LikelihoodJudge implements Judge {
    private final LanguageModel model;
    private final Scorer scorer;
    private final JudgePrompt prompt;
    private final String yes;
    private final String no;
    private final Batcher<Question, Verdict> questions = new Batcher<>(this::verdicts);

    /**
     * A judge that compares the likelihood of two continuations.
     *
     * @param model  one that scores given texts, or it is an {@link IllegalArgumentException}
     * @param prompt how a question is put to it
     * @param yes    what a model that finds the criterion met would say
     * @param no     what one would say that finds it not met
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
    public Pending<Verdict> judge(Question question) {
        return questions.submit(question);
    }

    /** The verdicts, in order; questions of the same text are scored once. */
    private List<Verdict> verdicts(List<Question> asked) {
        List<String> texts = asked.stream().map(prompt::of).toList();
        Map<String, Double> margins = margins(texts.stream().distinct().toList());
        return texts.stream().map(text -> verdict(Optional.ofNullable(margins.get(text)))).toList();
    }

    private Verdict verdict(Optional<Double> margin) {
        return margin.map(value -> new Verdict(Optional.of(value > 0), "log p(" + yes + ") - log p(" + no + ") = "
                + value, Usage.ONE_CALL)).orElseGet(() -> Verdict.none(FailureKind.TOO_LONG,
                "it does not fit the context", Usage.ONE_CALL));
    }

    /** How much likelier yes is than no, of the texts that fit. */
    private Map<String, Double> margins(List<String> texts) {
        int[] first = scorer.tokens(yes);
        int[] second = scorer.tokens(no);
        int longest = Math.max(first.length, second.length);
        List<String> fitting = new ArrayList<>();
        List<Continuation> continuations = new ArrayList<>();
        for (String text : texts) {
            int[] question = scorer.asked(text);
            if (question.length + longest <= model.maxPositions()) {
                fitting.add(text);
                continuations.add(new Continuation(question, first));
                continuations.add(new Continuation(question, second));
            }
        }
        List<float[]> scored = continuations.isEmpty() ? List.of() : scorer.logProbs(continuations).get();
        Map<String, Double> margins = new LinkedHashMap<>();
        for (int i = 0; i < fitting.size(); i++) {
            margins.put(fitting.get(i), sum(scored.get(2 * i)) - sum(scored.get(2 * i + 1)));
        }
        return margins;
    }

    private static double sum(float[] logProbs) {
        return IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).sum();
    }
}
