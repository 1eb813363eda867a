package org.catrl.lm;

import java.util.Optional;

/**
 * The role "continue this text": policy, anchor or judge, local or remote.
 *
 * <pre>{@code
 * List<Pending<Reply>> asked = queries.stream().map(model::ask).toList();
 * List<Reply> replies = Pending.all(asked).get(); // in one batch
 * }</pre>
 */
public interface LanguageModel {
    /** A reply to the query, which waits for others until somebody wants it. What does not fit is not answered. */
    Pending<Reply> ask(Query query);

    /** The tokens that a text takes when it is asked, to see what fits. */
    int tokens(String text);

    /** The scorer that tells how likely given tokens are; empty where the model is not in this process. */
    default Optional<Scorer> scorer() {
        return Optional.empty();
    }

    /** The longest query and reply together, in tokens. */
    int maxPositions();
}
