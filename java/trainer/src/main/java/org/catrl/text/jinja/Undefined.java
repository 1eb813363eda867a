package org.catrl.text.jinja;

/** What a name that nobody set stands for: it prints nothing, is false, and may not be looked into. */
record Undefined(String what) {
    JinjaException error() {
        return new JinjaException(what + " is undefined");
    }
}
