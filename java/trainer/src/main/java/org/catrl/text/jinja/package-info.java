/**
 * The part of Jinja 2 that the chat templates of Hugging Face models are written in, as transformers renders them:
 * blocks trimmed, loop controls, an immutable sandbox, Python's values and string methods.
 *
 * <p>Why not a library: the one that is maintained for the JVM, jinjava 2.8.4, rendered 31 of 219 given cases as
 * transformers does, with trim_blocks, lstrip_blocks, all legacy overrides off and raise_exception registered; its
 * whitespace, slices, string methods and truth are its own. It also brings 26 jars.
 *
 * <p>Called by {@link org.catrl.text.ChatTemplate} only. {@code Lexer} cuts the template, {@code Parser} makes
 * {@code Node}s and {@code Expression}s of it, {@code Interpreter} runs them; {@code Values}, {@code Numbers},
 * {@code Characters}, {@code Filters}, {@code Tests} and {@code Methods} are Python's. A template comes with a model
 * and is not trusted: all that is read and made is charged to one {@code Work}, and whatever goes wrong is a
 * {@link org.catrl.text.jinja.JinjaException} with its line.
 *
 * <p>Not known, and refused aloud: recursive loops, blocks and inheritance, autoescape, {@code *} and {@code **} in
 * calls, whole numbers beyond 64 bits. Texts that {@code safe} and {@code escape} mark are plain texts here.
 */
package org.catrl.text.jinja;
