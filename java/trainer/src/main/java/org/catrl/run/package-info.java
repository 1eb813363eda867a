/**
 * Recipes carried out, from the data to the trained model: {@link org.catrl.run.TrainingRun},
 * {@link org.catrl.run.SftRun}, and evaluations, comparisons and aggregations by themselves. An embedding program, a
 * worker and the command call it alike; it prints nothing and tells a {@link org.catrl.run.RunListener} what happens.
 *
 * <pre>{@code
 * TrainingRun run = TrainingRun.of(Path.of("my.yaml"), List.of("seed=1", "out=runs/mine")).listener(listener);
 * stopButton.onClick(run::cancel);
 * RunResult result = run.run();
 * }</pre>
 */
package org.catrl.run;
