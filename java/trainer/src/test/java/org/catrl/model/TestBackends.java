package org.catrl.model;

import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;

/** The backends that can run on any machine. */
final class TestBackends {
    private TestBackends() { }

    static Stream<String> names() {
        return Stream.of("reference", "cpu");
    }

    static Backend open(String name) {
        return Backends.open(name, 2).backend();
    }
}
