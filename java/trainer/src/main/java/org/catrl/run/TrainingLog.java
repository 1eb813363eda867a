package org.catrl.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.guard.GuardReport;
import org.catrl.record.EvaluationRecord;
import org.catrl.record.GroupRecord;
import org.catrl.record.RecordException;
import org.catrl.record.RunRecord;
import org.catrl.record.StageRecord;
import org.catrl.record.StepRecord;
import org.catrl.reward.JudgeFailureException;
import org.catrl.text.AnswerFormat;
import org.catrl.train.StepReport;

/** What a training run tells of itself: all of it is recorded, and the listener hears of it. */
final class TrainingLog {
    private final RunRecord record;
    private final RunListener listener;

    TrainingLog(RunRecord record, RunListener listener) {
        this.record = record;
        this.listener = listener;
    }

    /** The run goes on where it was left. */
    void resumed(RunResume resumed) {
        record.event("resumed", resumed.checkpoint().map(from -> "from " + from.getFileName())
                .orElse("from the beginning"));
        listener.resumed(resumed);
    }

    /**
     * A step has been made.
     *
     * @param empty   why nothing could be learned from it, where it is the first of the run
     * @param warning that of the guard
     */
    void step(StepReport report, Map<String, Double> metrics, Optional<String> empty, Optional<GuardReport> warning) {
        List<GroupRecord> groups = RecordedGroups.of(report);
        record.step(new StepRecord(report.step(), metrics.get("step_time"), metrics, stages(report), groups));
        groups.forEach(listener::group);
        empty.ifPresent(why -> {
            record.event("empty", why);
            listener.emptyStep(why);
        });
        warning.ifPresent(told -> {
            record.event("guard", told.message());
            listener.guard(told);
        });
    }

    private static List<StageRecord> stages(StepReport report) {
        return report.stages().stream().map(stage -> new StageRecord(stage.name(), stage.seconds(),
                stage.used().calls(), stage.used().read(), stage.used().written())).toList();
    }

    /** The run stops itself. */
    void stopped(RunStop stop) {
        record.event("stopped", stop.message());
    }

    /** The run is paused after so many steps. */
    void paused(int done) {
        record.event("interrupted", "paused after " + done + (done == 1 ? " step" : " steps"));
    }

    /** The probe with labels has been asked, as part of a step. */
    void probed(int step, Measured found) {
        record.evaluation(new EvaluationRecord(step, EvaluationRecord.PROBE, found.metrics()));
    }

    /** An evaluation is over. */
    void evaluated(int step, String name, Measured found) {
        record.evaluation(new EvaluationRecord(step, name, found.metrics()));
        listener.evaluated(name, found);
    }

    /** Keeps the groups that were not learned from; what stands in the way of that hides no failure. */
    void judgeFailed(JudgeFailureException failure, AnswerFormat format) {
        try {
            record.event("judge", failure.getMessage());
            record.groups(RecordedGroups.of(failure.step(), failure.groups(), format));
        } catch (RecordException e) {
            failure.addSuppressed(e);
        }
    }
}
