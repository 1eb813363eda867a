package org.catrl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The groups that a report holds: half of them the newest, the others spread evenly over the run. */
final class HeldGroups {
    private final RunTables run;
    private final int most;
    private final int bytes;

    /**
     * The choice from a run's groups.
     *
     * @param most  how many groups at most
     * @param bytes how much JSON at most; then there are fewer groups
     */
    HeldGroups(RunTables run, int most, int bytes) {
        this.run = run;
        this.most = most;
        this.bytes = bytes;
    }

    /** Puts the groups into the object of their run, in the order of steps. */
    void into(ObjectNode to) {
        List<ObjectNode> held = new ArrayList<>();
        RunGroups groups = new RunGroups(run);
        int left = bytes;
        for (long id : chosen()) {
            ObjectNode group = groups.whole(id).orElseThrow();
            left -= Json.bytes(group).length;
            if (left < 0) {
                break;
            }
            held.add(group);
        }
        held.sort((a, b) -> Long.compare(a.path("id").longValue(), b.path("id").longValue()));
        ArrayNode all = to.putArray("held");
        held.forEach(all::add);
    }

    /** The ids, the newest first, then those between. */
    private Set<Long> chosen() {
        List<Long> ids = run.list("SELECT id FROM sampled_group WHERE whole = 1 ORDER BY step DESC, position",
                row -> row.getLong(1));
        Set<Long> chosen = new LinkedHashSet<>(ids.subList(0, Math.min(ids.size(), (most + 1) / 2)));
        List<Long> others = ids.subList(chosen.size(), ids.size());
        int spread = Math.min(others.size(), most - chosen.size());
        for (int i = 0; i < spread; i++) {
            chosen.add(others.get((int) ((long) i * others.size() / spread)));
        }
        return chosen;
    }
}
