package org.catrl.model;

import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.EmulatedCuda;

/** The backends that can run on any machine. */
final class TestBackends {
    private TestBackends() { }

    static Stream<String> names() {
        return Stream.of("reference", "cpu", "cuda emulated");
    }

    static Backend open(String name) {
        return name.startsWith("cuda") ? EmulatedCuda.open(true, false) : Backends.open(name, 2).backend();
    }
}
