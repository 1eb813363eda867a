package org.catrl.lm;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The header Retry-After: how long an endpoint asks to wait, in seconds or until a date. */
final class RetryAfter {
    /** Nobody waits longer; more is told as this. */
    static final Duration LONGEST = Duration.ofDays(365);
    private static final int MOST_DIGITS = 8;

    private RetryAfter() { }

    /** The wait, from 0 to {@link #LONGEST}; empty where the header says nothing that makes sense. */
    static Optional<Duration> of(String header) {
        String text = header.strip();
        if (!text.isEmpty() && text.chars().allMatch(character -> character >= '0' && character <= '9')) {
            return Optional.of(bounded(seconds(text)));
        }
        try {
            return Optional.of(bounded(Duration.between(ZonedDateTime.now(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME))));
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Duration seconds(String digits) {
        return digits.length() > MOST_DIGITS ? LONGEST : Duration.ofSeconds(Integer.parseInt(digits));
    }

    private static Duration bounded(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
