package org.catrl.compute;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The guard of what one thread at a time may use. A second thread gets an exception that names both; closing waits for
 * the op at hand, and refuses what comes after. Passing through costs some nanoseconds.
 *
 * <pre>{@code
 * private final OneThread owner = new OneThread("the policy");
 *
 * void step() {
 *     owner.run("step", this::steps);
 * }
 * }</pre>
 */
public final class OneThread {
    private final String guarded;
    private final Lock lock = new Lock();
    private volatile boolean closed;
    /** Whether closing has freed what there is; read and written under the lock. */
    private boolean freed;
    /** What the thread inside does; null where nobody is inside, or somebody who only frees memory. */
    private volatile String inside;

    /** A lock that says who has it. */
    private static final class Lock extends ReentrantLock {
        private static final long serialVersionUID = 1;

        String holder() {
            Thread holder = getOwner();
            return holder == null ? "another thread" : "thread \"" + holder.getName() + "\"";
        }
    }

    /**
     * A guard that nobody has passed.
     *
     * @param guarded what it guards, for messages, e.g. "the cpu backend"
     */
    public OneThread(String guarded) {
        this.guarded = guarded;
    }

    /**
     * Runs an op, unless another thread is inside. Ops may hold ops.
     *
     * @param op its name, for messages
     * @throws IllegalStateException when another thread is inside, or when the guarded has been closed
     */
    public void run(String op, Runnable body) {
        String outer = enter(op);
        try {
            body.run();
        } finally {
            leave(outer);
        }
    }

    /** The same, with a result. */
    public <T> T get(String op, Supplier<T> body) {
        String outer = enter(op);
        try {
            return body.get();
        } finally {
            leave(outer);
        }
    }

    /** Takes the lock; returns the op that this one is part of, or null. */
    private String enter(String op) {
        if (closed && !lock.isHeldByCurrentThread()) {
            throw closed(op);
        }
        if (!lock.tryLock()) {
            String running = inside;
            if (running != null) {
                throw busy(op, running);
            }
            lock.lock(); // another thread frees memory, which takes no time
        }
        String outer = inside;
        if (closed && outer == null) {
            lock.unlock();
            throw closed(op);
        }
        inside = op;
        return outer;
    }

    private void leave(String outer) {
        inside = outer;
        lock.unlock();
    }

    /** Frees memory: waits for the op of another thread, and does so after closing too. */
    void free(Runnable body) {
        lock.lock();
        try {
            body.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes: refuses ops from here on, waits for the one at hand, and then frees what there is, once.
     *
     * @throws IllegalStateException when the op at hand is this thread's own
     */
    public void close(Runnable body) {
        if (lock.isHeldByCurrentThread() && inside != null) {
            throw new IllegalStateException(guarded + " cannot be closed within " + inside + ", which uses it");
        }
        closed = true;
        free(() -> {
            if (!freed) {
                freed = true;
                body.run();
            }
        });
    }

    private IllegalStateException closed(String op) {
        return new IllegalStateException(op + ": " + guarded + " has been closed");
    }

    private IllegalStateException busy(String op, String running) {
        return new IllegalStateException(op + ": thread \"" + Thread.currentThread().getName() + "\" calls "
                + guarded + " while " + lock.holder() + " is within " + running
                + "; one thread at a time may use it: wait for the other, or open another one");
    }
}
