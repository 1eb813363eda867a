package org.catrl.text;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread for work that may not come to an end: under a deadline, and with a stack of one size, however deep the
 * caller's is. A thread that does not come back is left behind; one without work ends.
 */
final class WorkThread {
    private static final long STACK_BYTES = 8 << 20;
    private static final long IDLE_SECONDS = 5;

    private final Duration deadline;
    private ThreadPoolExecutor thread = started();

    WorkThread(Duration deadline) {
        this.deadline = deadline;
    }

    private static ThreadPoolExecutor started() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(null, task, "catrl answers", STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /**
     * What the work comes to.
     *
     * @throws TimeoutException when it does not end before the deadline
     * @throws Throwable        what the work threw
     */
    synchronized <T> T result(Callable<T> work) throws Throwable {
        Future<T> result = thread.submit(work);
        boolean interrupted = false;
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (true) {
                try {
                    return result.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true; // the answer is wanted all the same; whoever interrupts is told after it
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause();
        } catch (TimeoutException e) {
            thread.shutdownNow();
            thread = started();
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
