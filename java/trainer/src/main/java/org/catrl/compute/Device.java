package org.catrl.compute;

/**
 * What a processor and a CUDA device do differently behind the one border: when queued ops are done, what can be
 * recorded, how much memory there is, and which error is whose fault.
 */
interface Device extends AutoCloseable {
    /** The backend's name. */
    String name();

    /** One line for people. */
    String description();

    /** The native context, opened by this device. */
    long context();

    /** See {@link Backend#availableBytes}. */
    long availableBytes();

    /** Why so many bytes could not be had. */
    String outOfMemory(String owner, long bytes, Ledger ledger);

    /** See {@link Backend#replay}. */
    void replay(Object key, Runnable ops);

    /** See {@link Backend#forget}. */
    void forget(Object key);

    /** See {@link Backend#lookahead}. */
    int lookahead();

    /** See {@link Backend#synchronize}. */
    void synchronize();

    /** What a native error of an op that looks into its data is: a bad argument or a bad state. */
    RuntimeException fault(RuntimeException thrown);

    /** Drops what was recorded, before the buffers go. */
    void forgetAll();

    /** Closes the context. */
    @Override
    void close();
}
