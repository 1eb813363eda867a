package org.catrl.text;

/** When two answers are the same. */
public interface Comparison {
    /** Equality of the strings, to the letter, as in the paper. */
    Comparison EXACT = answer -> answer;

    /** Equality of what {@link AnswerNormaliser} writes: 0.5, 1/2 and \frac12 are one answer; no algebra. */
    Comparison NORMALISED = new Comparison() {
        @Override
        public String canonical(String answer) {
            return AnswerNormaliser.canonical(answer);
        }

        @Override
        public boolean equivalent(String a, String b) {
            return AnswerNormaliser.equivalent(a, b);
        }
    };

    /** A form under which equal strings are equal answers: what votes are counted under first. */
    String canonical(String answer);

    /** Whether two answers are the same; also true of some answers whose canonical forms differ. */
    default boolean equivalent(String a, String b) {
        return canonical(a).equals(canonical(b));
    }

    /** The number of comparisons so far that came to no decision; those two answers count as different. */
    default int undecided() {
        return 0;
    }
}
