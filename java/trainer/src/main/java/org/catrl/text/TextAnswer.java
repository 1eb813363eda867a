package org.catrl.text;

import java.util.Optional;

/** The whole text as its own answer, behind {@code </think>} where it says that: for tasks whose answers are texts. */
public record TextAnswer() implements AnswerFormat {
    private static final String THOUGHT = "</think>";

    @Override
    public Optional<String> extract(String text) {
        int thought = text.lastIndexOf(THOUGHT);
        return Optional.of((thought < 0 ? text : text.substring(thought + THOUGHT.length())).strip())
                .filter(answer -> !answer.isEmpty());
    }

    @Override
    public String canonical(String answer) {
        return answer.strip().replaceAll("\\s+", " ");
    }

    @Override
    public boolean equivalent(String a, String b) {
        return canonical(a).equals(canonical(b));
    }
}
