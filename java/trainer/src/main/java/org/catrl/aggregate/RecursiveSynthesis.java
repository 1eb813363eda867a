package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.catrl.data.RandomStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.text.AnswerFormat;

/**
 * Recursive self-aggregation: a population of responses, as many as rollouts, each made anew in every round by
 * synthesising a subset of the population drawn from the seed; then one synthesis, or a vote where it abstains, over
 * what the last round made. For groups that do not fit a context, or where one look is not enough. A response that is
 * not made anew, because the anchor does not answer, is left out of the next round.
 */
public final class RecursiveSynthesis implements Aggregator {
    private static final String SOURCE = "recursive_synthesis";
    /** Part of the keys of the subsets' order, apart from those of one synthesis. */
    private static final int SUBSETS = 7;

    private final LanguageModel anchor;
    private final SynthesisPrompt prompt;
    private final AnswerFormat format;
    private final SynthesisSettings settings;
    private final int rounds;
    private final int subset;
    private final Aggregator last;
    private final ContextFit fit;

    /**
     * Rounds of synthesis over subsets of the responses.
     *
     * @param anchor   the model that reads and writes
     * @param prompt   how it is asked
     * @param format   how answers are read and compared
     * @param settings how each synthesis is drawn
     * @param rounds   at least 1
     * @param subset   responses that meet in one prompt, at least 2
     */
    public RecursiveSynthesis(LanguageModel anchor, SynthesisPrompt prompt, AnswerFormat format,
                              SynthesisSettings settings, int rounds, int subset) {
        if (rounds < 1 || subset < 2) {
            throw new IllegalArgumentException(rounds < 1 ? "rounds is " + rounds + "; it must be 1 or more"
                    : "subset is " + subset + "; it must be 2 or more");
        }
        this.anchor = anchor;
        this.prompt = prompt;
        this.format = format;
        this.settings = settings;
        this.rounds = rounds;
        this.subset = subset;
        this.fit = new ContextFit(anchor, prompt, settings.sampling().maxCompletionLength());
        this.last = new Fallback(new Synthesis(anchor, prompt, format, settings), new MajorityVote(format));
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        if (Ballot.of(group, format).winner().isEmpty()) {
            return Pending.of(PseudoReference.abstain(SOURCE, group.rollouts().size(), "no rollout holds an answer"));
        }
        return after(group, step, 0, 0).flatMap(population -> last.estimate(population, step))
                .map(made -> named(made, group));
    }

    private PseudoReference named(PseudoReference made, SampledGroup group) {
        return made.abstained().isPresent() ? made : new PseudoReference(made.text(), made.answer(), SOURCE,
                Ballot.of(group, format).weights(made.answer().orElse("")), made.confidence(), Optional.empty());
    }

    /**
     * The population after the rounds from this one on.
     *
     * @param asked questions asked before this round
     */
    private Pending<SampledGroup> after(SampledGroup population, int step, int round, int asked) {
        if (round == rounds) {
            return Pending.of(population);
        }
        int members = population.rollouts().size();
        DrawKey first = new DrawKey(step, population.prompt().id(), asked, Purpose.RECURSION);
        return Pending.all(IntStream.range(0, members).mapToObj(member -> anchor.ask(new Query(
                prompt(population, step, round, member), settings.sampling(), first.numbered(asked + member))))
                .toList())
                .flatMap(replies -> after(new SampledGroup(population.prompt(), replies.stream()
                        .flatMap(reply -> reply.rollout().stream()).toList()), step, round + 1, asked + members));
    }

    private String prompt(SampledGroup population, int step, int round, int member) {
        List<Rollout> drawn = new ArrayList<>(population.rollouts());
        SplittableRandom random = RandomStream.READING_ORDER.random(settings.seed(), step,
                population.prompt().id(), SUBSETS, round, member);
        Collections.shuffle(drawn, new Random(random.nextLong()));
        List<Response> responses = drawn.subList(0, Math.min(subset, drawn.size())).stream().map(Response::of).toList();
        Optional<String> question = Optional.of(population.prompt().text()).filter(text -> settings.withQuestion());
        List<Response> shown = fit.fits(question, responses) ? responses
                : fit.tails(question, responses).orElse(responses.subList(0, 1));
        return prompt.of(question, shown);
    }
}
