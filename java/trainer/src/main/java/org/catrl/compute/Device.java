package org.catrl.compute;

/**
 * What a processor and a CUDA device do differently behind the one border: when queued ops are done, what can be
 * recorded, how much memory there is, and which error is whose fault.
 */
interface Device extends AutoCloseable {
    /** The backend's name. */
    String name();

    /** A line for people. */
    String description();

    /** The native context, opened by this device. */
    long context();

    /** What {@link Backend#isHostMemory} tells. */
    boolean isHostMemory();

    /** What {@link Backend#availableBytes} tells. */
    long availableBytes();

    /** Why so many bytes could not be had. */
    String outOfMemory(String owner, long bytes, Ledger ledger);

    /** What {@link Backend#replay} does. */
    void replay(Object key, Runnable ops);

    /** What {@link Backend#forget} does. */
    void forget(Object key);

    /** What {@link Backend#lookahead} tells. */
    int lookahead();

    /** What {@link Backend#synchronize} does. */
    void synchronize();

    /** What a native error of an op that looks into its data is: a bad argument or a bad state. */
    RuntimeException fault(RuntimeException thrown);

    /** Drops what was recorded, before the buffers go. */
    void forgetAll();

    /** Closes the context. */
    @Override
    void close();
}
