package org.catrl.model;

/** Hears how far the loading of a checkpoint is. */
@FunctionalInterface
public interface LoadListener {
    LoadListener NONE = (done, all) -> { };

    /** @param done bytes read so far   @param all bytes that will be read */
    void loaded(long done, long all);
}
