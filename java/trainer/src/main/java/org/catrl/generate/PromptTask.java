package org.catrl.generate;

import org.catrl.compute.PagedRows;

/** A prompt on its way through the cache, and what its rollouts will need there. */
final class PromptTask {
    final int index;
    final Request request;
    /** The rollouts asked for are firstRollout .. firstRollout + samples. */
    final int firstRollout;
    final int samples;
    final int[] stopTokens;
    /** Prompt tokens whose keys and values are in the cache. */
    int prefilled;
    /** Rollouts that hold no blocks of their own yet but may still want them. */
    int unstarted;
    /** The prompt's blocks; null before it enters and after its last rollout has taken its share. */
    int[] blocks;

    /**
     * A prompt that has not entered the cache.
     *
     * @param index place of its request in the call
     */
    PromptTask(int index, Request request, int firstRollout, int samples) {
        this.index = index;
        this.request = request;
        this.firstRollout = firstRollout;
        this.samples = samples;
        this.stopTokens = request.settings().stopTokens().stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many tokens the prompt has. */
    int promptLength() {
        return request.prompt().length;
    }

    /** Whether some of the prompt is not in the cache yet. */
    boolean prefilling() {
        return prefilled < promptLength();
    }

    /** How many blocks the prompt takes. */
    int promptBlocks() {
        return blocksFor(promptLength());
    }

    /** How many blocks hold prompt tokens only: the rollouts share them. */
    int sharedBlocks() {
        return promptLength() / PagedRows.BLOCK;
    }

    /** Whether the prompt's last block has room for completion tokens: each rollout then needs one of its own. */
    boolean partial() {
        return promptLength() % PagedRows.BLOCK != 0;
    }

    /**
     * How many blocks a sequence of full length takes. The token drawn last is never fed back, so it needs no place.
     */
    int sequenceBlocks() {
        return blocksFor(promptLength() + request.settings().maxCompletionLength() - 1);
    }

    /** How many blocks a rollout needs for itself after its first token. */
    int ownBlocks() {
        return request.settings().maxCompletionLength() > 1 ? sequenceBlocks() - sharedBlocks() : 0;
    }

    /** How many blocks so many rollouts need for themselves; the last to start takes over the prompt's partial one. */
    int ownBlocks(int rollouts) {
        int each = ownBlocks();
        return rollouts == 0 || each == 0 ? 0 : rollouts * each - (partial() ? 1 : 0);
    }

    /** The fewest cache blocks with which all rollouts can be run, one after another. */
    int leastBlocks() {
        return promptBlocks() + (samples == 1 ? ownBlocks(1) : ownBlocks());
    }

    /** How many blocks that many positions take. */
    static int blocksFor(int positions) {
        return (positions + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
    }
}
