package org.catrl.text;

/** When two answers are the same. */
public enum Comparison {
    /** As strings, to the letter, as in the paper. */
    EXACT {
        @Override
        public String canonical(String answer) {
            return answer;
        }
    },
    /** As {@link AnswerNormaliser} writes them: 0.5, 1/2 and \frac12 are one answer. */
    NORMALISED {
        @Override
        public String canonical(String answer) {
            return AnswerNormaliser.canonical(answer);
        }
    };

    /** The form under which equal answers have equal strings. */
    public abstract String canonical(String answer);
}
