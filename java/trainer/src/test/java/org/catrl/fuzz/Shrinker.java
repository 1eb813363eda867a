package org.catrl.fuzz;

/** Makes a text that provokes a fault as short as a few tries can. */
final class Shrinker {
    private static final int MOST_TRIES = 300;

    private final Subject subject;
    private final String other;
    private final String kind;
    private int tries;

    private Shrinker(Subject subject, String other, String kind) {
        this.subject = subject;
        this.other = other;
        this.kind = kind;
    }

    /** The shortest text found on which the subject throws the same; one that hangs it is left as it is. */
    static String shortest(Subject subject, String text, String other, Trial found) throws InterruptedException {
        return found.hung() ? text : new Shrinker(subject, other, found.kind()).shortest(text);
    }

    private String shortest(String text) throws InterruptedException {
        String best = text;
        for (int size = text.length() / 2; size >= 1; size = size / 2) {
            for (int from = 0; from + size <= best.length() && tries < MOST_TRIES;) {
                String shorter = best.substring(0, from) + best.substring(from + size);
                boolean same = fails(shorter);
                best = same ? shorter : best;
                from += same ? 0 : size;
            }
        }
        return best;
    }

    private boolean fails(String text) throws InterruptedException {
        tries++;
        Trial trial = Trial.of(subject, text, other, Trial.LONGEST_SECONDS);
        return !trial.hung() && trial.fault() != null && trial.kind().equals(kind);
    }
}
