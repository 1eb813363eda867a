package org.catrl.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.ScoredGroup;
import org.catrl.record.GroupRecord;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Advantages;

/** What changes between the record and other settings, summed up step by step. */
final class RescoreTally {
    private final AnswerFormat format;
    private final Correlation correlation = new Correlation();
    private final List<Rescore.StepMeans> steps = new ArrayList<>();
    private int groups;
    private int skipped;
    private int compared;
    private int changed;
    private int abstainedThen;
    private int abstainedNow;
    private long rollouts;
    private long turned;

    RescoreTally(AnswerFormat format) {
        this.format = format;
    }

    /** Counts groups whose rollouts are not kept. */
    void skip(int some) {
        skipped += some;
    }

    /** The groups that were scored. */
    int groups() {
        return groups;
    }

    /** Adds the groups of a step, as they were recorded and as they were scored now. */
    void add(int step, List<GroupRecord> recorded, List<ScoredGroup> scored, Advantages advantages) {
        Mean then = new Mean();
        Mean now = new Mean();
        for (int g = 0; g < recorded.size(); g++) {
            reference(recorded.get(g).reference(), scored.get(g).reference());
            for (int i = 0; i < scored.get(g).rewards().size(); i++) {
                GroupRecord.Rollout rollout = recorded.get(g).rollouts().get(i);
                OptionalDouble value = scored.get(g).rewards().get(i).value();
                Optional.ofNullable(rollout.reward()).ifPresent(then::add);
                value.ifPresent(now::add);
                if (rollout.reward() != null && value.isPresent()) {
                    correlation.add(rollout.reward(), value.getAsDouble());
                }
                double advantage = advantages.groups().get(g).values()[i];
                turned += Math.signum(advantage) != Math.signum(rollout.advantage()) ? 1 : 0;
                rollouts++;
            }
        }
        steps.add(new Rescore.StepMeans(step, then.value(), now.value()));
    }

    private void reference(GroupRecord.Reference then, PseudoReference now) {
        groups++;
        abstainedThen += then.abstained() != null ? 1 : 0;
        abstainedNow += now.abstained().isPresent() ? 1 : 0;
        if (then.abstained() == null && now.abstained().isEmpty()) {
            compared++;
            changed += isSame(then, now) ? 0 : 1;
        }
    }

    /** Whether two references say the same: by their answers where both have one, else by their texts. */
    private boolean isSame(GroupRecord.Reference then, PseudoReference now) {
        return then.answer() != null && now.answer().isPresent() ? format.equivalent(then.answer(), now.answer().get())
                : then.text().equals(now.text());
    }

    Rescore result() {
        return new Rescore(groups, skipped, compared, changed, new Rescore.Abstained(abstainedThen, abstainedNow),
                correlation.value(), rollouts == 0 ? Double.NaN : turned / (double) rollouts, List.copyOf(steps));
    }

    /** A mean of values that come one by one. */
    private static final class Mean {
        private double sum;
        private int count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return count == 0 ? Double.NaN : sum / count;
        }
    }

    /** Pearson's correlation of pairs that come one by one. */
    private static final class Correlation {
        private double meanX;
        private double meanY;
        private double xx;
        private double yy;
        private double xy;
        private int count;

        void add(double x, double y) {
            count++;
            double dx = x - meanX;
            double dy = y - meanY;
            meanX += dx / count;
            meanY += dy / count;
            xx += dx * (x - meanX);
            yy += dy * (y - meanY);
            xy += dx * (y - meanY);
        }

        double value() {
            return xx == 0 || yy == 0 ? Double.NaN : xy / Math.sqrt(xx * yy);
        }
    }
}
