package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * A part of a run that remembers something of the steps before: its state goes into every checkpoint, and a run that is
 * gone on with begins with it.
 */
interface StatePart {
    /** The name under which its state is kept. */
    String name();

    /** The state after the steps so far. */
    JsonNode state();

    /**
     * Takes up a state; called before the first step.
     *
     * @throws IOException when it is not of the form that {@link #state} gives
     */
    void restore(JsonNode state) throws IOException;
}
