package org.catrl.text;

/** Why an answer was not read or compared to the end. */
public enum GivenUp {
    /** It is longer than any answer. */
    TOO_LONG,
    /** It would take more steps, stack or time than it is worth. */
    OVER_BUDGET,
    /** What reads or compares it failed. */
    FAILED
}
