package org.catrl.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.catrl.record.GroupRecord.Rollout;
import org.catrl.record.GroupRecord.Verdict;

/**
 * The differences between two records of the same groups, to the bit; the time that verdicts took is not compared.
 * Prompts and rollouts are counted from 1.
 */
public final class GroupDifferences {
    private static final Map<String, Function<GroupRecord, Object>> OF_GROUPS = new LinkedHashMap<>();
    private static final Map<String, Function<Rollout, Object>> OF_ROLLOUTS = new LinkedHashMap<>();

    static {
        OF_GROUPS.put("prompt", GroupRecord::prompt);
        OF_GROUPS.put("weights", GroupRecord::weightsVersion);
        OF_GROUPS.put("reference", GroupRecord::reference);
        OF_GROUPS.put("majority", GroupRecord::majority);
        OF_GROUPS.put("rubric", GroupRecord::rubric);
        OF_GROUPS.put("criteria", GroupRecord::criteria);
        OF_GROUPS.put("number of rollouts", group -> group.rollouts().size());
        OF_ROLLOUTS.put("tokens", rollout -> ids(rollout.drawn().ids()));
        OF_ROLLOUTS.put("log-probabilities", rollout -> bits(rollout.drawn().logProbs()));
        OF_ROLLOUTS.put("end", rollout -> rollout.drawn().finish() + rollout.drawn().tokens());
        OF_ROLLOUTS.put("text", Rollout::text);
        OF_ROLLOUTS.put("answer", Rollout::answer);
        OF_ROLLOUTS.put("reward", Rollout::reward);
        OF_ROLLOUTS.put("advantage", rollout -> List.of(rollout.advantage(), rollout.used()));
        OF_ROLLOUTS.put("evidence", Rollout::evidence);
        OF_ROLLOUTS.put("parts", Rollout::parts);
        OF_ROLLOUTS.put("verdicts", rollout -> rollout.verdicts().stream().map(GroupDifferences::untimed).toList());
    }

    private GroupDifferences() { }

    /** A line for each prompt and each rollout that differs, naming what of it does; none where all agree. */
    public static List<String> between(List<GroupRecord> one, List<GroupRecord> other) {
        List<String> lines = new ArrayList<>();
        if (one.size() != other.size()) {
            lines.add("there are " + one.size() + " prompts against " + other.size());
        }
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            add(lines, "prompt " + (i + 1), OF_GROUPS, one.get(i), other.get(i));
            List<Rollout> rollouts = one.get(i).rollouts();
            List<Rollout> others = other.get(i).rollouts();
            for (int r = 0; r < Math.min(rollouts.size(), others.size()); r++) {
                add(lines, "prompt " + (i + 1) + ", rollout " + (r + 1), OF_ROLLOUTS, rollouts.get(r), others.get(r));
            }
        }
        return lines;
    }

    private static <T> void add(List<String> lines, String place, Map<String, Function<T, Object>> parts, T one,
                                T other) {
        List<String> different = parts.entrySet().stream().filter(part -> !Objects.equals(part.getValue().apply(one),
                part.getValue().apply(other))).map(Map.Entry::getKey).toList();
        if (!different.isEmpty()) {
            lines.add(place + ": " + String.join(", ", different));
        }
    }

    private static Verdict untimed(Verdict verdict) {
        return new Verdict(verdict.criterion(), verdict.met(), verdict.reply(), verdict.failure(), verdict.calls(),
                null);
    }

    private static List<Integer> ids(int[] ids) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; ids != null && i < ids.length; i++) {
            all.add(ids[i]);
        }
        return all;
    }

    private static List<Integer> bits(float[] values) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; values != null && i < values.length; i++) {
            all.add(Float.floatToRawIntBits(values[i]));
        }
        return all;
    }
}
