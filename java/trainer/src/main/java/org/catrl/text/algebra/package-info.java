/**
 * When two answers are the same by mathematics: {@code AnswerParser} reads what models write, TeX or plain text,
 * {@link org.catrl.text.algebra.AlgebraicComparison} compares two of what it reads. No computer algebra system is
 * asked: numbers are compared exactly or to hundreds of digits ({@code Agreement}), which takes bounded, counted work,
 * while symbolic rewriting of hostile expressions does not come to an end.
 *
 * <p>Recipes choose the comparison; nothing else of the package is seen from outside.
 */
package org.catrl.text.algebra;
