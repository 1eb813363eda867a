package org.catrl.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.aggregate.Ballot;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.record.GroupRecord.Answer;
import org.catrl.record.GroupRecord.Drawn;
import org.catrl.record.GroupRecord.Prompt;
import org.catrl.record.GroupRecord.Reference;
import org.catrl.record.GroupRecord;
import org.catrl.text.AnswerFormat;
import org.catrl.train.GroupAdvantages;
import org.catrl.train.StepReport;

/** Groups as they flow through a step, made what the record keeps of them. */
final class RecordedGroups {
    private static final String VOTED = "voted; nothing was learned from it";

    private RecordedGroups() { }

    /** The groups of a step, in order. */
    static List<GroupRecord> of(StepReport report) {
        return IntStream.range(0, report.groups().size()).mapToObj(i -> new Group(report.step(), i,
                report.taught().get(i), report.ballots().get(i), report.groups().get(i),
                Optional.of(report.advantages().groups().get(i))).toRecord()).toList();
    }

    /** The groups of a step that was not learned from. */
    static List<GroupRecord> of(int step, List<ScoredGroup> scored, AnswerFormat format) {
        return IntStream.range(0, scored.size()).mapToObj(i -> new Group(step, i, scored.get(i).taught(),
                Ballot.of(scored.get(i).group(), format), scored.get(i), Optional.empty()).toRecord()).toList();
    }

    /**
     * A group with all that is known of it.
     *
     * @param taught all rollouts, those behind the scored ones voted alone
     */
    private record Group(int step, int position, TaughtGroup taught, Ballot ballot, ScoredGroup scored,
                         Optional<GroupAdvantages> advantages) {
        GroupRecord toRecord() {
            SampledGroup sampled = taught.group();
            RecordedEvidence evidence = RecordedEvidence.of(scored.rewards());
            List<GroupRecord.Rollout> rollouts = new ArrayList<>();
            for (int i = 0; i < sampled.rollouts().size(); i++) {
                rollouts.add(i < scored.rewards().size() ? learned(i, evidence) : voted(i));
            }
            return new GroupRecord(step, position, new Prompt(sampled.prompt().id(), sampled.prompt().text(),
                    sampled.origin().map(SampledGroup.Origin::promptIds).orElse(null)), true,
                    sampled.origin().map(origin -> origin.weights().updates()).orElse(null),
                    reference(taught.reference()), ballot.winner().orElse(null), evidence.rubric().orElse(null),
                    evidence.criteria(), rollouts);
        }

        private GroupRecord.Rollout learned(int i, RecordedEvidence evidence) {
            Rollout rollout = taught.group().rollouts().get(i);
            Reward reward = scored.rewards().get(i);
            return new GroupRecord.Rollout(rollout.text(), drawn(rollout), answer(i), orNull(reward.value()),
                    advantages.map(all -> all.values()[i]).orElse(0.0), advantages.map(all -> all.used()[i])
                    .orElse(false), reward.evidence().text(), evidence.parts(reward), evidence.verdicts(reward));
        }

        private GroupRecord.Rollout voted(int i) {
            Rollout rollout = taught.group().rollouts().get(i);
            return new GroupRecord.Rollout(rollout.text(), drawn(rollout), answer(i), null, 0, false, VOTED, List.of(),
                    List.of());
        }

        private Answer answer(int i) {
            return new Answer(ballot.answers().get(i).orElse(null), ballot.givenUp().get(i).orElse(null));
        }
    }

    private static Drawn drawn(Rollout rollout) {
        return new Drawn(rollout.completion().finish().name().toLowerCase(Locale.ROOT),
                rollout.completion().ids().length, rollout.completion().ids(), rollout.completion().logProbs());
    }

    private static Reference reference(PseudoReference made) {
        return new Reference(made.text(), made.answer().orElse(null), made.source(), made.confidence(),
                made.abstained().orElse(null), made.weights());
    }

    /** A number; null where there is none. */
    static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
