package org.catrl.train;

/** Refusals of settings: each names the key as a recipe spells it, its value, and what it must be. */
final class Check {
    private Check() { }

    static void require(boolean good, String key, Object value, String what) {
        if (!good) {
            throw new IllegalArgumentException(key + " is " + value + "; it must be " + what);
        }
    }
}
