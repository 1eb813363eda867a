package org.catrl.reward;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.flow.FailureKind;
import org.catrl.flow.Rollout;
import org.catrl.flow.Usage;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Batcher;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;

/**
 * A language model as the judge. Every question is a prompt of its own. Questions that wait together and ask the same
 * are asked once, with the random key of the first. A reply that says nothing is asked for again, a bounded number of
 * times. What does not fit the model's context, or is not answered, has no verdict and is not asked again.
 */
public final class ModelJudge implements Judge {
    private final LanguageModel model;
    private final JudgePrompt prompt;
    private final VerdictFormat format;
    private final SamplingSettings sampling;
    private final int attempts;
    private final Batcher<Question, Verdict> questions = new Batcher<>(this::verdicts);

    /**
     * A judge that generates its verdicts.
     *
     * @param model    the model that is asked
     * @param prompt   how a question is put to it
     * @param format   how its reply is read
     * @param sampling how its reply is drawn
     * @param attempts how often a question is asked in all; at least 1
     */
    public ModelJudge(LanguageModel model, JudgePrompt prompt, VerdictFormat format, SamplingSettings sampling,
                      int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts is " + attempts + "; it must be 1 or more");
        }
        this.model = model;
        this.prompt = prompt;
        this.format = format;
        this.sampling = sampling;
        this.attempts = attempts;
    }

    @Override
    public Pending<Verdict> judge(Question question) {
        return questions.submit(question);
    }

    /** What makes two questions the same. */
    private record Content(Optional<String> context, String response, String criterion) {
        static Content of(Question question) {
            return new Content(question.context(), question.response(), question.criterion());
        }
    }

    private List<Verdict> verdicts(List<Question> asked) {
        Map<Content, Question> distinct = new LinkedHashMap<>();
        asked.forEach(question -> distinct.putIfAbsent(Content.of(question), question));
        var answers = Pending.all(distinct.values().stream().map(question -> ask(question, 0)).toList()).get()
                .iterator();
        Map<Content, Verdict> verdicts = new HashMap<>();
        distinct.keySet().forEach(content -> verdicts.put(content, answers.next()));
        return asked.stream().map(question -> distinct.get(Content.of(question)) == question
                ? verdicts.get(Content.of(question)) : repeated(verdicts.get(Content.of(question)))).toList();
    }

    /** The verdict again, for which nothing more was asked. */
    private static Verdict repeated(Verdict verdict) {
        return verdict.withUsage(Usage.NONE);
    }

    private Pending<Verdict> ask(Question question, int attempt) {
        DrawKey key = question.key().numbered(question.key().rollout() * attempts + attempt);
        return model.ask(new Query(prompt.of(question), sampling, key, attempt)).map(this::verdict)
                .flatMap(verdict -> !isUnclear(verdict) || attempt + 1 == attempts ? Pending.of(verdict)
                        : ask(question, attempt + 1)
                                .map(later -> later.withUsage(verdict.usage().plus(later.usage()))));
    }

    /** Whether there was a reply that says nothing; where there was none, the model has been patient enough. */
    private static boolean isUnclear(Verdict verdict) {
        return verdict.failure().filter(kind -> kind == FailureKind.UNCLEAR).isPresent();
    }

    private Verdict verdict(Reply reply) {
        if (reply instanceof Reply.Unanswered unanswered) {
            return Verdict.none(unanswered.kind(), unanswered.reason(), reply.usage());
        }
        String text = reply.rollout().map(Rollout::text).orElseThrow();
        return new Verdict(format.read(text), text, reply.usage());
    }
}
