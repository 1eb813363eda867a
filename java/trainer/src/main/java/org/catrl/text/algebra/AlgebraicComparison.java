package org.catrl.text.algebra;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.catrl.text.AnswerNormaliser;
import org.catrl.text.Comparison;

/**
 * Two answers are the same when their normalised texts are, or when they are by mathematics: equal expressions, the
 * same solutions in another order, an equation times a constant. Algebra runs on a thread of its own and under a
 * deadline; what is not decided by then counts as different, and is counted.
 *
 * <p>Conventions: {@link AnswerNormaliser}'s; the order of bare lists and of sets does not count, that of tuples and
 * intervals does; a number in another base is not the number in base 10; "x = 5" is 5, "x + y = 5" is not.
 */
public final class AlgebraicComparison implements Comparison {
    /** What a percent sign means. */
    public enum Percent {
        /** A unit: 28% is 28. */
        UNIT,
        /** A factor: 28% is 0.28. */
        HUNDREDTH
    }

    /** A word is no product of its letters. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z]{2,}+(?:\\s++[A-Za-z]++)*+");
    /** Commas between groups of three digits, none elsewhere, and no list around them. */
    private static final Pattern THOUSANDS = Pattern.compile("(?:[^,()\\[\\]{}]*?(?<!\\d)\\d{1,3}(?:,\\d{3})++(?!\\d))+"
            + "[^,()\\[\\]{}]*");
    private static final int LONGEST = 1000;
    private static final int REMEMBERED = 10_000;

    private final Percent percent;
    private final Duration deadline;
    private final Map<String, Boolean> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private Worker worker;
    private int undecided;

    /**
     * A comparison that remembers what it decided.
     *
     * @param percent  what a percent sign means
     * @param deadline of one comparison
     */
    public AlgebraicComparison(Percent percent, Duration deadline) {
        this.percent = percent;
        this.deadline = deadline;
    }

    @Override
    public String canonical(String answer) {
        return AnswerNormaliser.canonical(withoutPercent(answer));
    }

    private String withoutPercent(String answer) {
        return percent == Percent.UNIT || answer.length() > LONGEST ? answer
                : answer.replaceAll("(\\d)\\s*(?:\\\\?%|\\\\?text\\{\\s*percent\\s*\\}|percent\\b)", "$1/100");
    }

    @Override
    public synchronized boolean equivalent(String a, String b) {
        String left = canonical(a);
        String right = canonical(b);
        if (left.isEmpty() || right.isEmpty()) {
            return false;
        }
        if (left.equals(right)) {
            return true;
        }
        if (a.length() > LONGEST || b.length() > LONGEST) {
            return false;
        }
        return known.computeIfAbsent(left + "\u0000" + right, pair -> decide(withoutPercent(a), withoutPercent(b)));
    }

    /** How many comparisons did not end before their deadline. */
    public synchronized int undecided() {
        return undecided;
    }

    private boolean decide(String a, String b) {
        Answer left;
        Answer right;
        try {
            left = read(a);
            right = read(b);
        } catch (UnreadableAnswerException e) {
            return false;
        }
        if (worker == null) {
            worker = new Worker();
        }
        Future<Boolean> verdict = worker.thread.submit(() -> new Equality((x, y) -> worker.prover().same(x, y, false),
                (x, y) -> worker.prover().same(x, y, true)).same(left, right));
        try {
            return decided(verdict);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkageError error) {
                throw new IllegalStateException("Symja does not run here: " + error, error);
            }
            return false; // Symja has no answer for it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Answer read(String answer) {
        String cleaned = AnswerNormaliser.cleaned(answer);
        if (WORD.matcher(cleaned).matches()) {
            throw new UnreadableAnswerException("a word");
        }
        return AnswerParser.parse(THOUSANDS.matcher(cleaned).matches() ? cleaned.replace(",", "") : cleaned);
    }

    private boolean decided(Future<Boolean> verdict) throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return verdict.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (!worker.loading) {
                    undecided++;
                    worker.abandon();
                    worker = null;
                    return false;
                }
            }
        }
    }

    /** The thread that algebra runs on; one that does not come back is left behind. */
    private static final class Worker {
        final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "catrl algebra");
            thread.setDaemon(true);
            return thread;
        });
        private volatile Prover prover;
        /** Symja takes a second to load, once; no comparison is charged with that. */
        private volatile boolean loading;

        /** The prover, loaded when it is first asked for; on this thread only. */
        Prover prover() {
            if (prover == null) {
                loading = true;
                prover = new Prover();
                loading = false;
            }
            return prover;
        }

        /** Gives up what the thread is at work on; from any thread. */
        void abandon() {
            thread.shutdownNow();
            if (prover != null) {
                prover.stop();
            }
        }
    }
}
