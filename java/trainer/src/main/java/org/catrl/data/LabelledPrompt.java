package org.catrl.data;

import org.catrl.text.Utf8;

/**
 * A prompt with its gold answer; training code may hold none, except the named control that learns from it.
 *
 * @param prompt the task
 * @param gold   its answer: a text, or the JSON of a rubric
 */
public record LabelledPrompt(Prompt prompt, String gold) {
    public LabelledPrompt {
        gold = Utf8.wellFormed(gold);
    }
}
