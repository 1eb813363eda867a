package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Prompt;
import org.catrl.data.RandomStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.text.AnswerFormat;

/**
 * Recursive self-aggregation: a population of responses, as many as rollouts, each made anew in every round by
 * synthesising a subset of the population drawn from the seed; then one synthesis, or a vote where it abstains, over what
 * the last round made. For groups that do not fit a context, or where one look is not enough.
 */
public final class RecursiveSynthesis implements Aggregator {
    private static final String SOURCE = "recursive_synthesis";
    /** First part of the keys, apart from those of one synthesis. */
    private static final int KEY = 7;

    private final LanguageModel anchor;
    private final SynthesisPrompt prompt;
    private final AnswerFormat format;
    private final SynthesisSettings settings;
    private final int rounds;
    private final int subset;
    private final Synthesis last;
    private final ContextFit fit;

    /**
     * @param rounds at least 1
     * @param subset responses that meet in one prompt, at least 2
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
        this.last = new Synthesis(anchor, prompt, format, settings);
    }

    @Override
    public List<PseudoReference> estimate(List<SampledGroup> groups, int step) {
        List<SampledGroup> answered = groups.stream().filter(this::isAnswered).toList();
        Iterator<PseudoReference> made = climbed(answered, step).iterator();
        return groups.stream().map(group -> isAnswered(group) ? named(made.next(), group)
                : PseudoReference.abstain(SOURCE, group.rollouts().size(), "no rollout holds an answer")).toList();
    }

    private boolean isAnswered(SampledGroup group) {
        return Ballot.of(group, format).winner().isPresent();
    }

    private List<PseudoReference> climbed(List<SampledGroup> groups, int step) {
        List<SampledGroup> population = groups;
        for (int round = 0; round < rounds && !groups.isEmpty(); round++) {
            population = next(population, step, round);
        }
        return new Fallback(last, new MajorityVote(format)).estimate(population, step);
    }

    private PseudoReference named(PseudoReference made, SampledGroup group) {
        return made.abstained().isPresent() ? made : new PseudoReference(made.text(), made.answer(), SOURCE,
                Ballot.of(group, format).weights(made.answer().orElse("")), made.confidence(), Optional.empty());
    }

    private List<SampledGroup> next(List<SampledGroup> population, int step, int round) {
        List<Prompt> prompts = new ArrayList<>();
        for (SampledGroup group : population) {
            for (int member = 0; member < group.rollouts().size(); member++) {
                prompts.add(prompt(group, step, round, member));
            }
        }
        var made = anchor.completeFitting(prompts, settings.sampling(), step).iterator();
        return population.stream().map(group -> new SampledGroup(group.prompt(), group.rollouts().stream()
                .map(before -> made.next()).toList())).toList();
    }

    private Prompt prompt(SampledGroup group, int step, int round, int member) {
        int id = group.prompt().id();
        List<Rollout> drawn = new ArrayList<>(group.rollouts());
        SplittableRandom random = RandomStream.READING_ORDER.random(settings.seed(), step, id, KEY, round, member);
        Collections.shuffle(drawn, new Random(random.nextLong()));
        List<Response> responses = drawn.subList(0, Math.min(subset, drawn.size())).stream().map(Response::of).toList();
        Optional<String> question = Optional.of(group.prompt().text()).filter(text -> settings.withQuestion());
        List<Response> shown = fit.fits(question, responses) ? responses
                : fit.tails(question, responses).orElse(responses.subList(0, 1));
        return new Prompt((int) KeyedRandom.hash(id, KEY, round, member), prompt.of(question, shown));
    }
}
