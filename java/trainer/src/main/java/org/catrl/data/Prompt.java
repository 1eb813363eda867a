package org.catrl.data;

/**
 * A task without its answer: all that training ever sees (the label firewall). The gold answer lives in
 * {@link LabelledPrompt}, which only evaluation reads.
 *
 * @param id   stable number of the prompt in its data set; part of the random key of its rollouts
 * @param text what the policy is asked
 */
public record Prompt(int id, String text) { }
