package org.catrl.model;

import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.reference.ReferenceBackend;

/** The backends that can run on any machine. */
final class TestBackends {
    private TestBackends() { }

    static Stream<String> names() {
        return Stream.of("reference");
    }

    static Backend open(String name) {
        return new ReferenceBackend();
    }
}
