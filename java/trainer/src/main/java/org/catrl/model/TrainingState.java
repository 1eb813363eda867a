package org.catrl.model;

import java.io.IOException;
import java.nio.file.Path;
import org.catrl.compute.HostCopy;

/**
 * What a training had come to at one moment, in memory of the host's own: the F32 masters of what learns, both moments
 * of the optimizer, and what was counted. Another thread may write it to files while training goes on; the next
 * {@link #take} waits for it and uses the memory again.
 */
public final class TrainingState implements AutoCloseable {
    /** Writes or reads some of the files in a folder. */
    public interface Files {
        /** Writes or reads them. */
        void in(Path folder) throws IOException;
    }

    private final Trainable trained;
    private final AdamW adamw;
    private final HostCopy weights;
    private final HostCopy first;
    private final HostCopy second;
    private int steps;
    private long numTokens;
    private int taken;
    private boolean closed;

    /**
     * Room for the state of an optimizer and the weights that it updates.
     *
     * @throws OutOfMemoryError when the host has not the memory
     */
    public TrainingState(Weights trained, AdamW adamw) {
        this.trained = trained.trainable();
        this.adamw = adamw;
        HostCopy[] made = new HostCopy[3];
        try {
            for (int i = 0; i < made.length; i++) {
                made[i] = HostCopy.like(trained.backend(), this.trained.flat().length());
            }
        } catch (RuntimeException | Error e) {
            close(made);
            throw e;
        }
        weights = made[0];
        first = made[1];
        second = made[2];
    }

    private static void close(HostCopy... copies) {
        for (HostCopy copy : copies) {
            if (copy != null) {
                copy.close();
            }
        }
    }

    /**
     * Copies the state as it is, by the thread that trains; waits for whoever still writes the one before.
     *
     * @param tokens those that have been learned from
     * @return its number, from 1, by which {@link #save} knows it
     */
    public synchronized int take(long tokens) {
        weights.take(trained.flat());
        adamw.copyTo(first, second);
        steps = adamw.steps();
        numTokens = tokens;
        return ++taken;
    }

    /**
     * Writes files of the state, by any thread.
     *
     * @param number what {@link #take} returned
     * @param model writes the model's files, its weights as this state has them
     * @throws IllegalStateException when a later state has been taken, or the memory was given back
     */
    public synchronized void save(int number, Path folder, Files model) throws IOException {
        if (closed || number != taken) {
            throw new IllegalStateException("the training's state number " + number + " is no longer kept: "
                    + (closed ? "the training has been closed" : "number " + taken + " was taken since"));
        }
        model.in(folder);
        OptimizerFile.write(folder, trained.tensors(), Elements.of(first), Elements.of(second), steps, numTokens);
    }

    /** The masters as they were. */
    Elements weights() {
        return Elements.of(weights);
    }

    /** Gives the memory back, once nobody writes the state. */
    @Override
    public synchronized void close() {
        closed = true;
        close(weights, first, second);
    }
}
