package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;
import org.catrl.text.AnswerFormat;
import org.catrl.text.Excerpt;

/**
 * Self-best-of-N: the model reads the question and all responses and names the number of the best. Abstains where it
 * names none of them, or the responses do not fit its context.
 */
public final class SelfSelection implements Aggregator {
    private static final String SOURCE = "self_selection";
    private static final Pattern NUMBER = Pattern.compile("(?<![\\d.])\\d{1,6}(?!\\d|\\.\\d)");
    private static final String TASK = """
            Below are a problem and %d responses to it. Choose the response that is best: correct above all, then \
            complete and clear.
            """;
    private static final String FORM = """

            Reply with the number of the best response and nothing else, for example: 2
            """;

    private final LanguageModel model;
    private final AnswerFormat format;
    private final SamplingSettings sampling;
    private final ContextFit fit;

    /**
     * A choice of one response by a model that reads them all.
     *
     * @param model    the model that chooses
     * @param format   how the answer of the chosen response is read
     * @param sampling how its reply is drawn
     */
    public SelfSelection(LanguageModel model, AnswerFormat format, SamplingSettings sampling) {
        this.model = model;
        this.format = format;
        this.sampling = sampling;
        this.fit = new ContextFit(model, SelfSelection::prompt, sampling.maxCompletionLength());
    }

    private static String prompt(Optional<String> question, List<Response> responses) {
        return ResponseList.of(TASK.formatted(responses.size()), "## PROBLEM", question, responses) + FORM;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        Optional<String> question = Optional.of(group.prompt().text());
        List<Response> responses = group.rollouts().stream().map(Response::of).toList();
        return (fit.fits(question, responses) ? Optional.of(responses) : fit.tails(question, responses))
                .map(shown -> model.ask(new Query(prompt(question, shown), sampling,
                        new DrawKey(step, group.prompt().id(), 0, Purpose.SELECTION)))
                        .map(reply -> chosen(group, reply)))
                .orElseGet(() -> Pending.of(abstain(group, "the responses do not fit the context of "
                        + model.maxPositions() + " tokens")));
    }

    private static PseudoReference abstain(SampledGroup group, String why) {
        return PseudoReference.abstain(SOURCE, group.rollouts().size(), why);
    }

    private PseudoReference chosen(SampledGroup group, Reply reply) {
        return reply instanceof Reply.Unanswered unanswered ? abstain(group, "the model did not answer: "
                + unanswered.reason()) : chosen(group, reply.rollout().orElseThrow().text());
    }

    private PseudoReference chosen(SampledGroup group, String reply) {
        Matcher number = NUMBER.matcher(reply);
        int chosen = 0;
        while (number.find()) {
            chosen = Integer.parseInt(number.group());
        }
        return chosen >= 1 && chosen <= group.rollouts().size()
                ? Selection.of(group, chosen - 1, SOURCE, format, 1)
                : abstain(group, "the reply names no response: " + Excerpt.of(reply));
    }
}
