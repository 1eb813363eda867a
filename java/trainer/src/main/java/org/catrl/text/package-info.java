/**
 * Text to token ids and back, and the answer a text ends with: where it stands, and when two answers are the same.
 *
 * <p>A leaf, called by {@code generate}, {@code aggregate}, {@code reward} and above; knows nothing of models.
 * {@link org.catrl.text.Tokenizer}, {@link org.catrl.text.ChatTemplate}, {@link org.catrl.text.AnswerFormat} and
 * {@link org.catrl.text.Comparison} are the ways in, {@link org.catrl.text.GuardedAnswer} what no text of a model
 * gets past; {@code jinja} is behind templates, {@code algebra} is a
 * comparison.
 */
package org.catrl.text;
