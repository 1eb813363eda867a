package org.catrl.text;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A format around another one that no text can hang, kill or fool. An answer longer than a bound is none. What takes
 * too many steps, too much stack or, as the last resort, too much time is given up on, and so is whatever makes the
 * format fail: the text then holds no answer, or two answers are the same only where they are the same letters. Nothing
 * but the machine running out of memory ends the run. What was given up on is counted, by its cause.
 *
 * <pre>{@code
 * AnswerFormat format = new GuardedAnswer(comparison -> new BoxedAnswer(true, comparison),
 *         () -> Comparison.NORMALISED, Duration.ofSeconds(10));
 * }</pre>
 */
public final class GuardedAnswer implements AnswerFormat {
    /** The most characters of an answer; a longer one is none. */
    public static final int LONGEST = 2000;

    /** Texts remembered as given up on, so that none is tried, or counted, over and over in one step. */
    private static final int REMEMBERED = 1000;

    private static final String CANONICAL = "canonical\u0000";

    /** Beginnings of the messages of the errors that tell of a size no machine has. */
    private static final String[] NO_SUCH_SIZE = {"Requested array size", "Required", "Overflow"};

    private final Function<Comparison, AnswerFormat> formats;
    private final Supplier<Comparison> comparisons;
    private final int longest;
    private final Duration deadline;
    private final WorkThread thread;
    private final Map<String, GivenUpException> lately = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, GivenUpException> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final int[] counts = new int[GivenUp.values().length];
    private Comparison comparison;
    private AnswerFormat format;
    private int undecidedBefore;

    /**
     * A guard around a format whose answers are at most {@link #LONGEST} characters long. Work that does not end keeps
     * what it works with, and its locks, so after it both are made anew.
     *
     * @param formats     makes what reads and compares; its own time should be linear in the text, the guard is for
     *                    what is not
     * @param comparisons makes what the format compares by, and is asked what it left undecided
     * @param deadline    of reading an answer, and of comparing it; what came to it once, of two answers the longer
     *                    one, is not tried again until {@link #takeGivenUp}
     */
    public GuardedAnswer(Function<Comparison, AnswerFormat> formats, Supplier<Comparison> comparisons,
                         Duration deadline) {
        this(formats, comparisons, LONGEST, deadline);
    }

    private GuardedAnswer(Function<Comparison, AnswerFormat> formats, Supplier<Comparison> comparisons, int longest,
                          Duration deadline) {
        this.formats = formats;
        this.comparisons = comparisons;
        this.longest = longest;
        this.deadline = deadline;
        this.thread = new WorkThread(deadline);
        renew();
    }

    private void renew() {
        comparison = comparisons.get();
        format = formats.apply(comparison);
        undecidedBefore = 0;
    }

    /** A guard around a format whose answers are whole texts, of any length. */
    public static GuardedAnswer ofTexts(TextAnswer format, Duration deadline) {
        return new GuardedAnswer(exact -> format, () -> Comparison.EXACT, Integer.MAX_VALUE, deadline);
    }

    @Override
    public synchronized Optional<String> extract(String text) {
        AnswerFormat reads = format;
        return guarded(text, text, () -> {
            Optional<String> answer = reads.extract(text);
            answer.ifPresent(this::requireShort);
            return answer;
        }, Optional.empty());
    }

    @Override
    public synchronized String canonical(String answer) {
        AnswerFormat reads = format;
        return guarded(CANONICAL + answer, CANONICAL + answer, () -> {
            requireShort(answer);
            return reads.canonical(answer);
        }, answer);
    }

    /** An answer that took all its time is not tried again with every other one. */
    @Override
    public synchronized boolean equivalent(String a, String b) {
        if (lately.containsKey(CANONICAL + a) || lately.containsKey(CANONICAL + b)) {
            return a.equals(b);
        }
        AnswerFormat compares = format;
        return guarded(a + "\u0000" + b, CANONICAL + (a.length() > b.length() ? a : b), () -> {
            requireShort(a);
            requireShort(b);
            return compares.equivalent(a, b);
        }, a.equals(b));
    }

    private void requireShort(String answer) {
        if (answer.length() > longest) {
            throw new GivenUpException(GivenUp.TOO_LONG, "it has " + answer.length() + " characters; an answer has at "
                    + "most " + longest);
        }
    }

    /**
     * What the work comes to, or what is left where it is given up on.
     *
     * @param what names the work among what was given up on
     * @param slow names what is given up on too where the work does not end
     */
    private <T> T guarded(String what, String slow, Callable<T> work, T left) {
        if (lately.containsKey(what)) {
            return left;
        }
        try {
            return thread.result(work);
        } catch (OutOfMemoryError e) {
            if (isOfTheMachine(e)) {
                throw e;
            }
            give(what, new GivenUpException(GivenUp.OVER_BUDGET, e.toString()));
        } catch (GivenUpException e) {
            give(what, e);
        } catch (TimeoutException e) {
            give(what, new GivenUpException(GivenUp.OVER_BUDGET, "it took longer than " + deadline.toMillis() + " ms"));
            lately.putIfAbsent(slow, lately.get(what));
            renew();
        } catch (StackOverflowError e) {
            give(what, new GivenUpException(GivenUp.OVER_BUDGET, "it is nested too deep"));
        } catch (Throwable e) { // whatever a text can make a format throw is that text's doing
            give(what, new GivenUpException(GivenUp.FAILED, e.toString()));
        }
        return left;
    }

    /** Whether memory has run out, and not a text asked for more than any machine has. */
    private static boolean isOfTheMachine(OutOfMemoryError error) {
        String message = String.valueOf(error.getMessage());
        for (String beginning : NO_SUCH_SIZE) {
            if (message.startsWith(beginning)) {
                return false;
            }
        }
        return true;
    }

    private void give(String what, GivenUpException why) {
        lately.put(what, why);
        counts[why.reason().ordinal()]++;
    }

    @Override
    public synchronized Optional<String> whyUnread(String text) {
        return Optional.ofNullable(lately.get(text)).map(Throwable::getMessage);
    }

    /**
     * The counts of texts and pairs: {@code too_long}, {@code over_budget}, {@code failed}, and {@code undecided},
     * those that the comparison left so.
     */
    @Override
    public synchronized Map<String, Integer> takeGivenUp() {
        Map<String, Integer> taken = new LinkedHashMap<>();
        for (GivenUp cause : GivenUp.values()) {
            taken.put(cause.name().toLowerCase(Locale.ROOT), counts[cause.ordinal()]);
            counts[cause.ordinal()] = 0;
        }
        int undecided = comparison.undecided();
        taken.put("undecided", undecided - undecidedBefore);
        undecidedBefore = undecided;
        lately.clear();
        return taken;
    }
}
