package org.catrl.recipe;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The known name that a mistyped or misplaced one most likely meant. */
final class NearestName {
    private NearestName() { }

    /**
     * The nearest by edits in quotes: one that is known here, or else where it would be right, several where they are
     * equally near; empty when even the nearest differs in half of its letters.
     *
     * @param here       names that are known where the name stands
     * @param everywhere names by their paths
     */
    static Optional<String> of(String name, Collection<String> here, Map<String, String> everywhere) {
        int least = everywhere.values().stream().filter(other -> isNear(name, other))
                .mapToInt(other -> edits(name, other)).min().orElse(Integer.MAX_VALUE);
        List<String> nearHere = here.stream().filter(other -> edits(name, other) == least).sorted().toList();
        List<String> elsewhere = everywhere.entrySet().stream().filter(other -> edits(name, other.getValue()) == least)
                .map(Map.Entry::getKey).toList();
        return elsewhere.isEmpty() ? Optional.empty()
                : Optional.of(nearHere.isEmpty() ? quoted(elsewhere) : quoted(nearHere.subList(0, 1)));
    }

    private static boolean isNear(String name, String other) {
        return 2 * edits(name, other) < Math.max(name.length(), other.length());
    }

    private static String quoted(List<String> names) {
        String last = "\"" + names.get(names.size() - 1) + "\"";
        return names.size() == 1 ? last
                : "\"" + String.join("\", \"", names.subList(0, names.size() - 1)) + "\" or " + last;
    }

    /** The number of letters to insert, delete or replace (Levenshtein 1966), case ignored. */
    static int edits(String given, String known) {
        String a = given.toLowerCase(Locale.ROOT);
        String b = known.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
