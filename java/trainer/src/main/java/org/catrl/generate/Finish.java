package org.catrl.generate;

/** Why a completion ended. */
public enum Finish {
    STOP_TOKEN, STOP_STRING, LENGTH,
    /** It was never made: a remote model did not answer. The text is empty. */
    FAILED
}
