/**
 * The small task on which Compute as Teacher can be seen working: adding three 4-digit numbers column by column.
 * Problems, their one written form, the corpus that teaches a model to solve (with mistakes) and to synthesise. Pure
 * functions of seeds; called by recipes and tests.
 */
package org.catrl.data.arithmetic;
