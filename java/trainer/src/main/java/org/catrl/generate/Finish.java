package org.catrl.generate;

/** Why a completion ended. */
public enum Finish {
    /** It drew a token that ends it. */
    STOP_TOKEN,
    /** Its text holds a string that ends it. */
    STOP_STRING,
    /** It was stopped at the most tokens that it may have. */
    LENGTH
}
