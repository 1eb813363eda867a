package org.catrl.model;

import java.util.List;
import java.util.Optional;

/**
 * The ids that begin and end a text.
 *
 * @param bos bos_token_id, or empty
 * @param eos eos_token_id: none, one or several
 */
public record BoundaryTokens(Optional<Integer> bos, List<Integer> eos) {
    /** No such tokens. */
    public static final BoundaryTokens NONE = new BoundaryTokens(Optional.empty(), List.of());

    public BoundaryTokens {
        eos = List.copyOf(eos);
    }
}
