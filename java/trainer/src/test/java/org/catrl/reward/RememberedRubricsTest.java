package org.catrl.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Optional;
import org.catrl.aggregate.Rollouts;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;
import org.junit.jupiter.api.Test;

/** A rubric that is written once. */
class RememberedRubricsTest {
    private int written;

    private TaughtGroup taught(int prompt, String reference) {
        return new TaughtGroup(Rollouts.group(prompt, "a"), new PseudoReference(reference, Optional.empty(), "synthesis",
                List.of(1.0), 1, Optional.empty()));
    }

    @Test
    void theSourceIsAskedOncePerPromptAndReference() {
        RememberedRubrics rubrics = new RememberedRubrics((group, step) ->
                Pending.of(new Rubric(List.of(), "rubric " + ++written)));
        Rubric first = rubrics.rubric(taught(1, "text"), 0).get();
        assertSame(first, rubrics.rubric(taught(1, "text"), 50).get());
        assertEquals("rubric 2", rubrics.rubric(taught(1, "other"), 50).get().raw());
        assertEquals("rubric 3", rubrics.rubric(taught(2, "text"), 50).get().raw());
    }
}
