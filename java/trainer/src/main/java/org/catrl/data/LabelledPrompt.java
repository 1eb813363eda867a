package org.catrl.data;

/** A prompt with its gold answer; nothing under training code may hold one, except the named label control. */
public record LabelledPrompt(Prompt prompt, String gold) { }
