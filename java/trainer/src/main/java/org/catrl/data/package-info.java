/**
 * Where prompts come from: data files and generators, and the label firewall. A leaf: it knows nothing of models or
 * training. Training code may ask for {@link org.catrl.data.Prompts}; {@link org.catrl.data.LabelledPrompt} is for
 * evaluation and for the named control that learns from gold answers only.
 */
package org.catrl.data;
