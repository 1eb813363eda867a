package org.catrl.setting;

/**
 * A setting that breaks a rule. It carries the setting's key, so that a recipe's reader can say where it is written.
 */
public final class SettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String key;
    private final boolean hiding;

    /**
     * A rule broken by a value.
     *
     * @param key   as a recipe spells it, from the settings record that throws, e.g. "grpo.mini_batches"
     * @param value it has
     * @param rule  the rest of the sentence, e.g. "it must be 1 or more"
     */
    public SettingException(String key, Object value, String rule) {
        this(key, key + " is " + value + "; " + rule);
    }

    /**
     * A rule that takes another sentence.
     *
     * @param message the whole of it
     */
    public SettingException(String key, String message) {
        this(key, message, false);
    }

    private SettingException(String key, String message, boolean hiding) {
        super(Secrets.hiddenIn(message));
        this.key = key;
        this.hiding = hiding;
    }

    /**
     * A value that is not to be shown, as it may be a secret.
     *
     * @param message the whole of it, without the value
     */
    public static SettingException hiding(String key, String message) {
        return new SettingException(key, message, true);
    }

    /**
     * A key that has to be given.
     *
     * @param rule what to write
     */
    public static SettingException missing(String key, String rule) {
        return new SettingException(key, key + " is missing; " + rule);
    }

    /**
     * Nothing where all is well.
     *
     * @param good whether the rule is kept
     * @param must what the value must be, e.g. "1 or more"
     * @throws SettingException where it is not
     */
    public static void require(boolean good, String key, Object value, String must) {
        if (!good) {
            throw new SettingException(key, value, "it must be " + must);
        }
    }

    /** Whether the value is not to be shown, wherever it stands. */
    public boolean isHiding() {
        return hiding;
    }

    /** The key as a recipe spells it, from the settings record that threw. */
    public String key() {
        return key;
    }
}
