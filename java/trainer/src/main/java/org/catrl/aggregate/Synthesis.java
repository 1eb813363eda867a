package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
 * Compute as Teacher's own estimator: a frozen anchor reads the rollouts, by default without the question, and writes
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

    public Synthesis(LanguageModel anchor, SynthesisPrompt prompt, AnswerFormat format, SynthesisSettings settings) {
        this.anchor = anchor;
        this.prompt = prompt;
        this.format = format;
        this.settings = settings;
        this.fit = new ContextFit(anchor, prompt, settings.sampling().maxCompletionLength());
        this.majority = new MajorityVote(format);
    }

    @Override
    public List<PseudoReference> estimate(List<SampledGroup> groups, int step) {
        List<Task> tasks = groups.stream().map(this::task).toList();
        int attempts = settings.unparsed() == UnparsedPolicy.RESAMPLE ? settings.attempts() : 1;
        for (int attempt = 0; attempt < attempts; attempt++) {
            List<Task> open = tasks.stream().filter(task -> task.reference == null).toList();
            for (Task task : open) {
                task.responses = shuffled(task.group, step, attempt);
            }
            ask(open, step, attempt);
        }
        tasks.stream().filter(task -> task.reference == null).forEach(this::settleUnparsed);
        return tasks.stream().map(task -> task.reference).toList();
    }

    /** One group on its way to a reference. */
    private static final class Task {
        final SampledGroup group;
        final Optional<String> question;
        List<Response> responses = List.of();
        String unparsed = "";
        PseudoReference reference;

        Task(SampledGroup group, Optional<String> question) {
            this.group = group;
            this.question = question;
        }

        void abstain(String why) {
            reference = PseudoReference.abstain(SOURCE, group.rollouts().size(), why);
        }
    }

    private Task task(SampledGroup group) {
        Task task = new Task(group, Optional.of(group.prompt().text()).filter(text -> settings.withQuestion()));
        if (Ballot.of(group, format).winner().isEmpty()) {
            task.abstain("no rollout holds an answer");
        }
        return task;
    }

    private List<Response> shuffled(SampledGroup group, int step, int attempt) {
        SplittableRandom random = RandomStream.READING_ORDER.random(settings.seed(), step, group.prompt().id(), attempt);
        List<Response> responses = new ArrayList<>(group.rollouts().stream().map(Response::of).toList());
        for (int last = responses.size() - 1; last > 0; last--) {
            Collections.swap(responses, last, random.nextInt(last + 1));
        }
        return responses;
    }

    /** One anchor call per level: one level, except where a tree of syntheses is climbed. */
    private void ask(List<Task> open, int step, int attempt) {
        List<Task> climbing = open;
        for (int level = 0; !climbing.isEmpty(); level++) {
            List<List<List<Response>>> subsets = climbing.stream().map(this::subsets).toList();
            List<Prompt> prompts = prompts(climbing, subsets, attempt, level);
            List<Rollout> answers = prompts.isEmpty() ? List.of()
                    : anchor.complete(prompts, settings.sampling(), step);
            List<Task> higher = new ArrayList<>();
            int next = 0;
            for (int at = 0; at < climbing.size(); at++) {
                int count = subsets.get(at).size();
                List<Rollout> own = answers.subList(next, next += count);
                if (count == 1) {
                    settle(climbing.get(at), own.get(0));
                } else if (count > 1) {
                    climbing.get(at).responses = own.stream().map(Response::of).toList();
                    higher.add(climbing.get(at));
                }
            }
            climbing = higher;
        }
    }

    private List<Prompt> prompts(List<Task> tasks, List<List<List<Response>>> subsets, int attempt, int level) {
        List<Prompt> prompts = new ArrayList<>();
        for (int at = 0; at < tasks.size(); at++) {
            for (int part = 0; part < subsets.get(at).size(); part++) {
                int id = tasks.get(at).group.prompt().id();
                boolean first = attempt == 0 && level == 0 && part == 0;
                prompts.add(new Prompt(first ? id : (int) KeyedRandom.hash(id, attempt, level, part),
                        prompt.of(tasks.get(at).question, subsets.get(at).get(part))));
            }
        }
        return prompts;
    }

    /** What to ask the anchor at this level: all responses at once, several subsets of them, or nothing. */
    private List<List<Response>> subsets(Task task) {
        if (fit.fits(task.question, task.responses)) {
            return List.of(task.responses);
        }
        Optional<List<List<Response>>> subsets = switch (settings.context()) {
            case KEEP_TAILS -> fit.tails(task.question, task.responses).map(List::of);
            case ANSWERS_ONLY -> fit.answers(task.question, task.responses, format).map(List::of);
            case TREE -> fit.subsets(task.question, task.responses);
            case ABSTAIN -> Optional.empty();
        };
        if (subsets.isEmpty()) {
            task.abstain("the rollouts do not fit the anchor's context of " + anchor.maxPositions() + " tokens");
        }
        return subsets.orElse(List.of());
    }

    private void settle(Task task, Rollout synthesis) {
        Optional<String> answer = format.extract(synthesis.text());
        task.unparsed = synthesis.text();
        if (answer.isPresent()) {
            Ballot ballot = Ballot.of(task.group, format);
            task.reference = new PseudoReference(synthesis.text(), answer, SOURCE,
                    ballot.weights(answer.get()), confidence(synthesis), Optional.empty());
        }
    }

    private void settleUnparsed(Task task) {
        if (settings.unparsed() == UnparsedPolicy.MAJORITY) {
            task.reference = majority.estimate(task.group);
        } else {
            task.abstain("the synthesis holds no answer: " + task.unparsed);
        }
    }

    /** Geometric mean of the probabilities of the synthesis' tokens; 1 where the anchor gives none. */
    private static double confidence(Rollout synthesis) {
        return Math.exp(synthesis.meanLogProb());
    }
}
