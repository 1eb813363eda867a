/**
 * When two answers are the same by mathematics: {@code AnswerParser} reads what models write, TeX or plain text,
 * {@link org.catrl.text.algebra.AlgebraicComparison} compares two of what it reads, and asks Symja where numbers agree
 * and a proof is wanted. Symja's own TeX reader is not used: it takes other notation for granted, and what it cannot
 * read it evaluates.
 *
 * <p>Recipes choose the comparison; nothing else of the package is seen from outside.
 */
package org.catrl.text.algebra;
