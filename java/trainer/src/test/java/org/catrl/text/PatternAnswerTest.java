package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatternAnswerTest {
    private static final PatternAnswer GSM8K = new PatternAnswer("####\\s*(-?[$0-9.,]+)", Comparison.NORMALISED);

    @Test
    void theGroupOfTheLastMatch() {
        assertEquals(Optional.of("4"), GSM8K.extract("#### 3\nwait\n#### 4"));
        assertEquals(Optional.of("1,234"), GSM8K.extract("#### 1,234"));
        assertEquals(Optional.empty(), GSM8K.extract("no marker 18"));
        assertTrue(GSM8K.equivalent("1,234", "1234.0"));
    }

    @Test
    void aGroupThatTookNoPartOrIsBlankIsNoAnswer() {
        assertEquals(Optional.empty(), new PatternAnswer("a(b)?", Comparison.EXACT).extract("a"));
        assertEquals(Optional.empty(), new PatternAnswer("a( *)", Comparison.EXACT).extract("a  "));
    }

    @Test
    void aBadPatternIsNamed() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> new PatternAnswer("answer: (", Comparison.EXACT)).getMessage();
        assertTrue(message.startsWith("the answer pattern answer: ( is not a regular expression: "), message);
        message = assertThrows(IllegalArgumentException.class,
                () -> new PatternAnswer("(a)(b)", Comparison.EXACT)).getMessage();
        assertTrue(message.contains("has 2 groups"), message);
    }
}
