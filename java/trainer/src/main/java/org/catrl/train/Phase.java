package org.catrl.train;

/**
 * The parts of a step, in their order. Until {@link #UPDATE} begins no weight is touched, and a step may be left.
 *
 * <pre>{@code
 * trainer.step(7, phase -> System.out.println("the " + phase.text() + " begins"));
 * }</pre>
 */
public enum Phase {
    /** The policy answers. */
    ROLLOUT("rollout"),
    /** Each group gets its reference. */
    AGGREGATE("aggregation"),
    /** Each rollout gets its reward; a judge is asked here. */
    REWARD("reward"),
    /** The frozen weights give their log-probabilities, where the advantages need them. */
    REFERENCE("reference log-probability"),
    /** The weights learn. */
    UPDATE("update");

    private final String text;

    Phase(String text) {
        this.text = text;
    }

    /** The word that stands before "phase" in messages. */
    public String text() {
        return text;
    }
}
