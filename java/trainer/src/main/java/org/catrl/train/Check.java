package org.catrl.train;

import org.catrl.setting.SettingException;

/** Refusals of settings: each names the key as a recipe spells it, its value, and what it must be. */
final class Check {
    private Check() { }

    static void require(boolean good, String key, Object value, String what) {
        SettingException.require(good, key, value, what);
    }
}
