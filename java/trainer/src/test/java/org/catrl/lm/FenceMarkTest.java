package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FenceMarkTest {
    private static final FenceMark MARKS = new FenceMark("a secret of tests");

    /** Marks stand in prompts: a run repeated under its secret asks the same, whatever version it is repeated by. */
    @Test
    void aMarkIsAFunctionOfTheSecretAndTheText() {
        assertEquals("f0d9d090de86f7ee", MARKS.of("a response"));
        assertEquals(MARKS.of("a response"), new FenceMark("a secret of tests").of("a response"));
        assertNotEquals(MARKS.of("a response"), MARKS.of("a response."));
        assertNotEquals(MARKS.of("a response"), new FenceMark("a secret of texts").of("a response"));
        assertEquals(MARKS.of("\ufffd"), MARKS.of("\ud800"), "as it is sent");
    }

    @Test
    void everyRunHasASecretOfItsOwn() {
        String secret = FenceMark.randomSecret();
        assertTrue(secret.matches("[a-z]{32}"), secret);
        assertNotEquals(secret, FenceMark.randomSecret());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new FenceMark("short")).getMessage()
                .contains("has 5 characters; it must have at least 8"));
    }
}
