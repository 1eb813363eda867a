package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.List;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/** One estimator, and another for the groups that it abstains from: synthesis, else majority. */
public final class Fallback implements Aggregator {
    private final Aggregator first;
    private final Aggregator second;

    public Fallback(Aggregator first, Aggregator second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public List<PseudoReference> estimate(List<SampledGroup> groups, int step) {
        List<PseudoReference> references = new ArrayList<>(first.estimate(groups, step));
        List<Integer> open = new ArrayList<>();
        for (int at = 0; at < references.size(); at++) {
            if (references.get(at).abstained().isPresent()) {
                open.add(at);
            }
        }
        List<PseudoReference> rest = open.isEmpty() ? List.of()
                : second.estimate(open.stream().map(groups::get).toList(), step);
        for (int i = 0; i < open.size(); i++) {
            references.set(open.get(i), rest.get(i));
        }
        return references;
    }
}
