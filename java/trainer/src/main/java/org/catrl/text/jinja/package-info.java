/**
 * The part of Jinja 2 that the chat templates of Hugging Face models are written in, as transformers renders them:
 * blocks trimmed, loop controls, an immutable sandbox, Python's values and string methods.
 *
 * <p>Why not a library: the one that is maintained for the JVM, jinjava 2.8.4, rendered 31 of 219 given cases as
 * transformers does, with trim_blocks, lstrip_blocks, all legacy overrides off and raise_exception registered; its
 * whitespace, slices, string methods and truth are its own. It also brings 26 jars.
 *
 * <p>Called by {@link org.catrl.text.ChatTemplate} only. {@code Lexer} cuts the template, {@code Parser} makes
 * {@code Node}s and {@code Expression}s of it, {@code Interpreter} runs them; {@code Values}, {@code Filters},
 * {@code Tests} and {@code Methods} are Python's.
 */
package org.catrl.text.jinja;
