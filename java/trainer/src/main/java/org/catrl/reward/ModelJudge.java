package org.catrl.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;

/**
 * A language model as the judge. Every question is a prompt of its own. Questions asked twice are asked
 * once. A reply that says nothing is asked for again, a bounded number of times. What does not fit the model's context
 * has no verdict.
 */
public final class ModelJudge implements Judge {
    private final LanguageModel model;
    private final JudgePrompt prompt;
    private final VerdictFormat format;
    private final SamplingSettings sampling;
    private final int attempts;
    private long calls;
    private long failures;
    private long questions;

    /** @param attempts how often a question is asked in all; at least 1 */
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
    public List<Verdict> judge(List<Question> asked, int step) {
        Map<Question, Verdict> verdicts = new LinkedHashMap<>();
        asked.forEach(question -> verdicts.put(new Question(0, question.context(), question.response(),
                question.criterion()), null));
        questions += asked.size();
        for (int attempt = 0; attempt < attempts; attempt++) {
            List<Question> open = verdicts.entrySet().stream().filter(entry -> entry.getValue() == null
                    || entry.getValue().met().isEmpty()).map(Map.Entry::getKey).toList();
            ask(open, verdicts, step, attempt);
        }
        List<Verdict> all = asked.stream().map(question -> verdicts.get(new Question(0, question.context(),
                question.response(), question.criterion()))).toList();
        failures += all.stream().filter(verdict -> verdict.met().isEmpty()).count();
        return all;
    }

    private void ask(List<Question> open, Map<Question, Verdict> verdicts, int step, int attempt) {
        if (open.isEmpty()) {
            return;
        }
        List<Prompt> prompts = new ArrayList<>();
        for (Question question : open) {
            String text = prompt.of(question);
            prompts.add(new Prompt((int) KeyedRandom.hash(text.hashCode(), attempt), text));
        }
        calls += prompts.size();
        List<Rollout> replies = model.completeFitting(prompts, sampling, step);
        for (int i = 0; i < open.size(); i++) {
            String reply = replies.get(i).text();
            verdicts.put(open.get(i), new Verdict(replies.get(i).failed() ? Optional.empty() : format.read(reply), reply));
        }
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("judge/calls", (double) calls);
        metrics.put("judge/failures", questions == 0 ? 0 : failures / (double) questions);
        model.metrics().forEach((name, value) -> metrics.put("judge/" + name, value));
        calls = 0;
        failures = 0;
        questions = 0;
        return metrics;
    }
}
