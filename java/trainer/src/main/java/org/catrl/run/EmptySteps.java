package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.catrl.train.EmptyCause;
import org.catrl.train.LearningSignal;

/** The steps in a row from which nothing could be learned, up to the last. */
final class EmptySteps implements StatePart {
    private final int most;
    private int inARow;
    private boolean warned;
    private boolean learned;
    private boolean finished;
    private Optional<RunStop> stop = Optional.empty();

    /**
     * None so far.
     *
     * @param most how many end the run; 0 = none do
     */
    EmptySteps(int most) {
        this.most = most;
    }

    @Override
    public String name() {
        return "empty_steps";
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("in_a_row", inARow).put("warned", warned)
                .put("learned", learned).put("finished", finished);
        stop.ifPresent(end -> state.putObject("stop").put("max_empty_steps", most).put("cause", end.cause().name())
                .put("message", end.message()).put("learned", end.learned()));
        return state;
    }

    /** An end of the run stays one unless it was by another setting. */
    @Override
    public void restore(JsonNode state) {
        inARow = state.path("in_a_row").asInt();
        warned = state.path("warned").asBoolean();
        learned = state.path("learned").asBoolean();
        finished = state.path("finished").asBoolean();
        JsonNode end = state.path("stop");
        if (end.has("cause") && end.path("max_empty_steps").asInt() == most) {
            stop = Optional.of(new RunStop(RunStop.Cause.valueOf(end.get("cause").asText()),
                    end.path("message").asText(), end.path("learned").asBoolean()));
        }
    }

    /** Counts a step; returns a line about the first of the run that taught nothing. */
    Optional<String> after(LearningSignal signal) {
        Optional<EmptyCause> cause = signal.empty();
        finished = cause.equals(Optional.of(EmptyCause.FINISHED)) && (finished || inARow == 0);
        inARow = cause.isPresent() ? inARow + 1 : 0;
        learned |= cause.isEmpty();
        boolean first = cause.isPresent() && !warned;
        warned |= first;
        stop = stop(signal);
        return cause.filter(why -> first).map(why -> "nothing can be learned from this step: " + why.meaning() + " ("
                + signal.counts() + ")");
    }

    /** How many there are in a row. */
    int inARow() {
        return inARow;
    }

    /** The end of the run, where there are too many. */
    Optional<RunStop> stop() {
        return stop;
    }

    private Optional<RunStop> stop(LearningSignal last) {
        if (most == 0 || inARow < most) {
            return Optional.empty();
        }
        EmptyCause cause = cause(last.empty().orElseThrow());
        String message = "stopped after " + inARow + " steps in a row from which nothing could be learned: "
                + cause.meaning() + " (in the last step: " + last.counts() + "); " + cause.advice()
                + ". With max_empty_steps: 0 a run goes on";
        return Optional.of(new RunStop(cause, message, learned));
    }

    /** A task is learned only where all steps of the row say so. */
    private EmptyCause cause(EmptyCause last) {
        return last == EmptyCause.FINISHED && !finished ? EmptyCause.NO_SPREAD : last;
    }
}
