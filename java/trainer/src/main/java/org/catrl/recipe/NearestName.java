package org.catrl.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a mistyped one most likely meant. */
public final class NearestName {
    private NearestName() { }

    /** The nearest by edits, or empty when even that differs in more than half of its letters. */
    public static Optional<String> of(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String other) -> edits(name, other)).thenComparing(other -> other))
                .filter(other -> edits(name, other) <= Math.max(name.length(), other.length()) / 2);
    }

    /** Letters to insert, delete or replace (Levenshtein 1966), case ignored. */
    static int edits(String from, String to) {
        String a = from.toLowerCase();
        String b = to.toLowerCase();
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
