/**
 * The small task on which learning without any checker can be seen: short advice on house plants, free text.
 * Situations, their one grammar, the corpus that teaches a model its roles (advise with mistakes, merge advice, write a
 * rubric, judge a criterion, compare), and the true quality of a text, for evaluation alone. Pure functions of seeds;
 * called by recipes and tests.
 */
package org.catrl.data.advice;
