package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.catrl.data.RandomStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;
import org.catrl.text.AnswerFormat;

/**
 * Compute as Teacher's own aggregator: a frozen anchor reads the rollouts, by default without the question, and writes
 * one answer. Rollouts are shown in an order drawn from the seed, the step, the prompt and the attempt. Abstains when
 * no rollout holds an answer, and where the settings' policies say so.
 */
public final class Synthesis implements Aggregator {
    static final String SOURCE = "synthesis";
    private final LanguageModel anchor;
    private final SynthesisPrompt prompt;
    private final AnswerFormat format;
    private final SynthesisSettings settings;
    private final ContextFit fit;
    private final MajorityVote majority;

    /**
     * A synthesis by the anchor.
     *
     * @param anchor   the model that reads and writes
     * @param prompt   how it is asked
     * @param format   how answers are read and compared
     * @param settings what it sees, how it is drawn, and what happens where it does not answer
     */
    public Synthesis(LanguageModel anchor, SynthesisPrompt prompt, AnswerFormat format, SynthesisSettings settings) {
        this.anchor = anchor;
        this.prompt = prompt;
        this.format = format;
        this.settings = settings;
        this.fit = new ContextFit(anchor, prompt, settings.sampling().maxCompletionLength());
        this.majority = new MajorityVote(format);
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        Ballot ballot = Ballot.of(group, format);
        return ballot.winner().isEmpty() ? Pending.of(abstain(group, "no rollout holds an answer"))
                : new Task(group, ballot, step).attempt(0);
    }

    private static PseudoReference abstain(SampledGroup group, String why) {
        return PseudoReference.abstain(SOURCE, group.rollouts().size(), why);
    }

    /** One group on its way to a reference. */
    private final class Task {
        private final SampledGroup group;
        private final Ballot ballot;
        private final int step;
        private final Optional<String> question;
        private int asked;

        Task(SampledGroup group, Ballot ballot, int step) {
            this.group = group;
            this.ballot = ballot;
            this.step = step;
            this.question = Optional.of(group.prompt().text()).filter(text -> settings.withQuestion());
        }

        Pending<PseudoReference> attempt(int attempt) {
            return climb(shuffled(attempt), attempt);
        }

        private List<Response> shuffled(int attempt) {
            SplittableRandom random = RandomStream.READING_ORDER.random(settings.seed(), step,
                    group.prompt().id(), attempt);
            List<Response> responses = new ArrayList<>(group.rollouts().stream().map(Response::of).toList());
            for (int last = responses.size() - 1; last > 0; last--) {
                Collections.swap(responses, last, random.nextInt(last + 1));
            }
            return responses;
        }

        /** One round of questions per level: one level, except where a tree of syntheses is climbed. */
        private Pending<PseudoReference> climb(List<Response> responses, int attempt) {
            List<List<Response>> subsets = subsets(responses);
            if (subsets.isEmpty()) {
                return Pending.of(abstain(group, "the rollouts do not fit the anchor's context of "
                        + anchor.maxPositions() + " tokens"));
            }
            return Pending.all(subsets.stream().map(this::ask).toList()).flatMap(replies -> replies.size() == 1
                    ? settle(replies.get(0), attempt) : ascend(replies, attempt));
        }

        private Pending<PseudoReference> ascend(List<Reply> replies, int attempt) {
            List<Response> syntheses = replies.stream().flatMap(reply -> reply.rollout().stream()).map(Response::of)
                    .toList();
            return syntheses.isEmpty() ? settle(replies.get(0), attempt) : climb(syntheses, attempt);
        }

        private Pending<Reply> ask(List<Response> responses) {
            return anchor.ask(new Query(prompt.of(question, responses), settings.sampling(),
                    new DrawKey(step, group.prompt().id(), asked++, Purpose.SYNTHESIS)));
        }

        /** What to ask the anchor at this level: all responses at once, several subsets of them, or nothing. */
        private List<List<Response>> subsets(List<Response> responses) {
            if (fit.fits(question, responses)) {
                return List.of(responses);
            }
            return switch (settings.context()) {
                case KEEP_TAILS -> fit.tails(question, responses).map(List::of).orElse(List.of());
                case ANSWERS_ONLY -> fit.answers(question, responses, format).map(List::of).orElse(List.of());
                case TREE -> fit.subsets(question, responses).orElse(List.of());
                case ABSTAIN -> List.of();
            };
        }

        private Pending<PseudoReference> settle(Reply reply, int attempt) {
            Optional<PseudoReference> reference = reply.rollout().flatMap(this::reference);
            if (reference.isPresent()) {
                return Pending.of(reference.get());
            }
            return switch (settings.unparsed()) {
                case RESAMPLE -> attempt + 1 < settings.attempts() ? attempt(attempt + 1) : Pending.of(unparsed(reply));
                case MAJORITY -> Pending.of(majority.elect(group));
                case ABSTAIN -> Pending.of(unparsed(reply));
            };
        }

        private Optional<PseudoReference> reference(Rollout synthesis) {
            return format.extract(synthesis.text())
                    .map(answer -> new PseudoReference(synthesis.text(), Optional.of(answer),
                    SOURCE, ballot.weights(answer), confidence(synthesis), Optional.empty()));
        }

        /** The geometric mean of the tokens' probabilities; 1, that of no measure, where the anchor tells none. */
        private static double confidence(Rollout synthesis) {
            OptionalDouble mean = synthesis.meanLogProb();
            return mean.isPresent() ? Math.exp(mean.getAsDouble()) : 1;
        }

        private PseudoReference unparsed(Reply reply) {
            return abstain(group, reply instanceof Reply.Unanswered unanswered
                    ? "the anchor did not answer: " + unanswered.reason()
                    : "the synthesis holds no answer: " + reply.rollout().map(Rollout::text).orElseThrow());
        }
    }
}
