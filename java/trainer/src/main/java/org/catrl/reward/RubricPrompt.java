package org.catrl.reward;

/** How a rubric is asked for. */
@FunctionalInterface
public interface RubricPrompt {
    /**
     * The text that the writer of the rubric reads.
     *
     * @param text the reference; or the question, where the rubric is made from that (the ablation)
     */
    String of(String text);

    /** The method's own prompt, for at least so many yes/no criteria from the reference alone. */
    static RubricPrompt fromReference(int criteria) {
        return text -> """
                Below is a good answer to a question that you do not see. Write at least %d criteria by which other \
                answers to the same question can be graded. Each criterion is one specific statement about an answer \
                that is either true or false of it and can be checked by reading the answer alone. Together they \
                must capture the important properties of this answer: what it does, and what it avoids.

                [answer]
                %s
                [/answer]

                Reply in XML and nothing else:
                <rubric>
                <criterion>...</criterion>
                </rubric>
                """.formatted(criteria, text);
    }

    /** The ablation's prompt, for at least so many criteria from the question alone. */
    static RubricPrompt fromQuestion(int criteria) {
        return text -> """
                Below is a question. Write at least %d criteria by which answers to it can be graded. Each criterion \
                is one specific statement about an answer that is either true or false of it and can be checked by \
                reading the answer alone.

                [question]
                %s
                [/question]

                Reply in XML and nothing else:
                <rubric>
                <criterion>...</criterion>
                </rubric>
                """.formatted(criteria, text);
    }
}
