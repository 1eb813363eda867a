/** Runs: a recipe carried out, from the data to the trained model. */
package org.catrl.run;
