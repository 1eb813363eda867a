package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelRolesTest {
    @Test
    void allAreClosedThoughTwoFail() {
        List<String> closed = new ArrayList<>();
        Deque<AutoCloseable> open = new ArrayDeque<>(List.of(failing("first"), failing("second"),
                () -> closed.add("third")));
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> ModelRoles.closeAll(open));
        assertEquals("a model does not close: first", failure.getMessage());
        assertEquals("second", failure.getSuppressed()[0].getMessage());
        assertEquals(List.of("third"), closed);
    }

    private static AutoCloseable failing(String name) {
        return () -> {
            throw new IOException(name);
        };
    }
}
