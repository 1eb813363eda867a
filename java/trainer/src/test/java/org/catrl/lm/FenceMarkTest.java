package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class FenceMarkTest {
    /** The value is part of every judge's prompt: another would be another answer. */
    @Test
    void aTextAlwaysHasTheSameMark() {
        assertEquals("5a30047de27a485e", FenceMark.of("a response"));
        assertNotEquals(FenceMark.of("a response"), FenceMark.of("a response."));
    }
}
