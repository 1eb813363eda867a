package org.catrl.generate;

/** Refusals of settings: each names the key as a recipe spells it, its value, and what it must be. */
public final class SettingCheck {
    private SettingCheck() { }

    /** @throws IllegalArgumentException "KEY is VALUE; it must be WHAT", unless the value is good */
    public static void require(boolean good, String key, Object value, String what) {
        if (!good) {
            throw new IllegalArgumentException(key + " is " + value + "; it must be " + what);
        }
    }
}
