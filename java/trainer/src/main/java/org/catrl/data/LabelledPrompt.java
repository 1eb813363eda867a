package org.catrl.data;

/**
 * A prompt with its gold answer; nothing under training code may hold one, except the named label control.
 *
 * @param prompt the task
 * @param gold   its answer: a text, or the JSON of a rubric
 */
public record LabelledPrompt(Prompt prompt, String gold) { }
