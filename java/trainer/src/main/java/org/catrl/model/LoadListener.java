package org.catrl.model;

/** Hears how far the loading of a checkpoint is. */
@FunctionalInterface
public interface LoadListener {
    /** A listener that listens to nothing. */
    LoadListener NONE = (done, all) -> { };

    /**
     * Hears of a window that was read.
     *
     * @param done bytes read so far
     * @param all  bytes that will be read
     */
    void loaded(long done, long all);
}
