package org.catrl.record;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.catrl.record.GroupRecord.Criterion;
import org.catrl.record.GroupRecord.Part;
import org.catrl.record.GroupRecord.Reference;
import org.catrl.record.GroupRecord.Rollout;
import org.catrl.record.GroupRecord.Verdict;

/** Puts groups into their tables. */
final class GroupRows {
    private final Connection connection;
    private final Inserts inserts;

    GroupRows(Connection connection, Inserts inserts) {
        this.connection = connection;
        this.inserts = inserts;
    }

    /** Puts a group under the next free number. */
    void put(GroupRecord group) throws SQLException {
        long id = 1 + RunDatabase.number(connection, "SELECT coalesce(max(id), 0) FROM sampled_group");
        Reference reference = group.reference();
        inserts.row("sampled_group", id, group.step(), group.position(), group.prompt().id(), group.prompt().text(),
                group.whole(), group.weightsVersion(), Blobs.of(group.prompt().ids()), reference.text(),
                reference.answer(), reference.source(), reference.confidence(), reference.abstained(),
                RecordJson.line(reference.weights()), group.majority(),
                group.rubric() == null ? null : RecordJson.line(group.rubric()));
        for (int i = 0; i < group.criteria().size(); i++) {
            Criterion criterion = group.criteria().get(i);
            inserts.row("criterion", id, i, criterion.part(), criterion.text(), criterion.points(), criterion.veto(),
                    criterion.used(), criterion.ofReference(), criterion.reply());
        }
        for (int i = 0; i < group.rollouts().size(); i++) {
            put(id, i, group.rollouts().get(i));
        }
    }

    private void put(long group, int position, Rollout rollout) throws SQLException {
        String answer = rollout.answer().text();
        boolean same = answer != null && answer.equals(rollout.text());
        inserts.row("rollout", group, position, rollout.text(), rollout.drawn().finish(), rollout.drawn().tokens(),
                Blobs.of(rollout.drawn().ids()), Blobs.of(rollout.drawn().logProbs()), same ? null : answer, same,
                rollout.answer().whyNone(), rollout.reward(), rollout.advantage(), rollout.used(),
                Objects.equals(rollout.evidence(), rollout.evidenceOfParts()) ? null : rollout.evidence());
        for (int i = 0; i < rollout.parts().size(); i++) {
            Part part = rollout.parts().get(i);
            inserts.row("part", group, position, i, part.name(), part.weight(), part.value(), part.evidence());
        }
        for (Verdict verdict : rollout.verdicts()) {
            inserts.row("verdict", group, position, verdict.criterion(), verdict.met(), verdict.reply(),
                    verdict.failure(), verdict.calls(), verdict.seconds());
        }
    }
}
