/**
 * Recipes carried out, from the data to the trained model: {@link org.catrl.run.TrainingRun},
 * {@link org.catrl.run.SftRun}, and evaluations, comparisons and aggregations by themselves. An embedding program, a
 * worker and the command call it alike; it prints nothing and tells a {@link org.catrl.run.RunListener} what happens.
 *
 * <pre>{@code
 * TrainingRun run = TrainingRun.of(Path.of("my.yaml"), List.of("seed=1", "out=runs/mine")).listener(listener);
 * stopButton.onClick(run::cancel);
 * pauseButton.onClick(run::pause);
 * RunResult result = run.run();
 * result.paused().ifPresent(checkpoint -> System.out.println("go on by TrainingRun.resume(" + result.folder() + ")"));
 * }</pre>
 */
package org.catrl.run;
