package org.catrl.fuzz;

import java.util.Set;

/**
 * Something that reads texts of others.
 *
 * @param kind       the kind of text that it reads
 * @param name       what it is, for the report
 * @param documented the exceptions that it may answer with
 * @param reader     reads a text
 */
record Subject(Kind kind, String name, Set<Class<? extends Exception>> documented, Reader reader) {
    /** The kinds of text. */
    enum Kind { ANSWER, REPLY, RUBRIC, TEMPLATE, LINES }

    /** What is done with a text. */
    @FunctionalInterface
    interface Reader {
        /** Reads the text; a second one of the same kind is there to be compared with. */
        void read(String text, String other) throws Exception;
    }

    /** What the subject throws on a text and may not, or null. */
    Throwable fault(String text, String other) {
        try {
            reader.read(text, other);
            return null;
        } catch (Throwable thrown) {
            return documented.stream().anyMatch(type -> type == thrown.getClass()) ? null : thrown;
        }
    }
}
