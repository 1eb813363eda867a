package org.catrl.text.jinja;

/**
 * What a name that nobody set stands for: it prints nothing, is false, and may not be looked into.
 *
 * @param what the name, for messages
 */
record Undefined(String what) {
    /** The complaint of whoever looks into it. */
    JinjaException error() {
        return new JinjaException(what + " is undefined");
    }
}
