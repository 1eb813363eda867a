package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.flow.SampledGroup;
import org.catrl.guard.AnswerSpread;
import org.catrl.guard.BestStep;
import org.catrl.guard.Guard;
import org.catrl.guard.GuardMode;
import org.catrl.guard.GuardReport;
import org.catrl.guard.ProbeScore;
import org.catrl.recipe.GuardRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.JudgeFailureException;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;

/**
 * A run's guard at work: it asks the probe before the first step and after every so many, and remembers which step was
 * best: by the labelled probe where the recipe has one, else by the guard's score.
 */
final class Watch implements StatePart {
    /**
     * What a look at the policy came to.
     *
     * @param metrics under the names that are logged; empty where it was not time to look
     * @param warning what is wrong, where something is
     * @param best    whether the policy is the best so far, and worth a checkpoint that is kept
     */
    record Look(Map<String, Double> metrics, Optional<GuardReport> warning, boolean best) {
        static final Look NONE = new Look(Map.of(), Optional.empty(), false);
    }

    private Optional<Probe> probe;
    private final int every;
    private final int steps;
    private final AnswerFormat format;
    private final Guard guard;
    private final boolean stopping;
    private final BestStep best = new BestStep();
    private Optional<RunStop> stop = Optional.empty();
    private boolean begun;
    /** Spent on the beginning, until it has been told. */
    private double seconds;

    /** Whether a run is watched: one that is shorter than the time between two looks is not worth the questions. */
    static boolean isWanted(TrainRecipe recipe) {
        return recipe.guard().isOn() && recipe.schedule().maxSteps() >= recipe.guard().watch().every();
    }

    /**
     * A guard that has seen nothing.
     *
     * @param probe empty where nothing is asked
     */
    Watch(TrainRecipe recipe, Optional<Probe> probe) {
        GuardRecipe settings = recipe.guard();
        this.every = settings.watch().every();
        this.steps = recipe.schedule().maxSteps();
        this.probe = probe;
        this.format = recipe.task().answer().toFormat();
        this.stopping = settings.guard() == GuardMode.STOP;
        this.guard = new Guard(settings.guard(), settings.watch().loss());
    }

    /**
     * Makes the references of the initial policy and scores it, unless it was begun before; returns why the run cannot
     * be watched, where it cannot.
     *
     * @param done steps that the policy has learned: without a state of the guard only a new run can be watched
     */
    Optional<String> begin(int done, Policy policy) {
        if (probe.isEmpty() || begun) {
            return Optional.empty();
        } else if (done > 0) {
            probe = Optional.empty();
            return Optional.of("its guard was off when it began, and there are no references of the initial model");
        }
        long start = System.nanoTime();
        probe.get().begin(policy);
        look(0, policy, Optional.empty());
        begun = true;
        seconds = (System.nanoTime() - start) / 1e9;
        return Optional.empty();
    }

    /**
     * Looks at the policy where it is time to.
     *
     * @param done     steps that it has learned
     * @param labelled what a probe with labels found after this step
     */
    Look after(int done, Policy policy, Optional<Measured> labelled) {
        boolean due = done % every == 0 || done == steps;
        return due || labelled.isPresent() ? look(done, policy, labelled) : Look.NONE;
    }

    private Look look(int done, Policy policy, Optional<Measured> labelled) {
        long start = System.nanoTime();
        Map<String, Double> metrics = new LinkedHashMap<>();
        Optional<ProbeScore> score = probe.flatMap(asked -> score(asked, done, policy, metrics));
        Optional<GuardReport> seen = score.flatMap(guard::after);
        guard.initial().ifPresent(initial -> {
            metrics.put("guard/initial_score", initial.value());
            metrics.put("guard/bound", guard.bound());
        });
        boolean better = labelled.map(found -> best.validated(done, found.score()))
                .orElseGet(() -> score.isPresent() && best.guarded(done, score.get().value()));
        best.steps().ifPresent(step -> metrics.put("guard/best_step", (double) step));
        if (probe.isPresent()) {
            metrics.put("timing_s/guard", seconds + (System.nanoTime() - start) / 1e9);
            seconds = 0;
        }
        Optional<GuardReport> warning = seen.map(report -> report.keeping(best));
        stop = warning.filter(GuardReport::stops).map(RunStop::by);
        return new Look(metrics, warning, better && done > 0);
    }

    /** The score; none, and a metric that says so, where the judge does not answer. */
    private Optional<ProbeScore> score(Probe asked, int done, Policy policy, Map<String, Double> metrics) {
        List<SampledGroup> groups = asked.rollouts(policy);
        AnswerSpread.of(groups, format).forEach((name, value) -> metrics.put("guard/" + name, value));
        try {
            Optional<ProbeScore> score = ProbeScore.of(done, asked.scored(groups));
            metrics.put("guard/prompts", score.map(ProbeScore::prompts).orElse(0).doubleValue());
            score.ifPresent(found -> metrics.put(Guard.SCORE, found.value()));
            return score;
        } catch (JudgeFailureException e) {
            metrics.put("guard/judge_failed", 1.0);
            return Optional.empty();
        }
    }

    /** The end of the run, where the last look calls for it. */
    Optional<RunStop> stop() {
        return stop;
    }

    @Override
    public String name() {
        return "guard";
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("history", guard.state());
        state.set("best", best.state());
        if (begun) {
            probe.ifPresent(asked -> state.set("references", asked.state()));
        }
        stop.ifPresent(end -> state.put("stop", end.message()));
        return state;
    }

    /** An end of the run stays one unless the guard is another now, or has another bound. */
    @Override
    public void restore(JsonNode state) throws IOException {
        guard.restore(state.path("history"));
        best.restore(state.path("best"));
        if (probe.isPresent() && state.has("references")) {
            probe.get().restore(state.get("references"));
            begun = true;
        }
        if (state.has("stop") && stopping && guard.isBoundBy(state.path("history"))) {
            stop = Optional.of(new RunStop(RunStop.Cause.GUARD, state.get("stop").asText(), true));
        }
    }
}
