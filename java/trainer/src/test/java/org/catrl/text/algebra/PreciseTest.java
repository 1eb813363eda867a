package org.catrl.text.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions to many digits: against published digits, and against each other far from where series are short. */
class PreciseTest {
    private static final Precise SIXTY = new Precise(60);
    private static final BigDecimal TWO = new BigDecimal(2);

    @Test
    void publishedDigits() {
        assertStarts("3.14159265358979323846264338327950288419716939937510582097494", SIXTY.pi());
        assertStarts("2.71828182845904523536028747135266249775724709369995957496696", SIXTY.exp(BigDecimal.ONE));
        assertStarts("0.693147180559945309417232121458176568075500134360255254120680", SIXTY.ln(TWO));
        assertStarts("0.841470984807896506652502321630298999622563060798371065672751", SIXTY.sin(BigDecimal.ONE));
        assertStarts("0.540302305868139717400936607442976603732310420617922227670097", SIXTY.cos(BigDecimal.ONE));
        assertStarts("1.41421356237309504880168872420969807856967187537694807317667", SIXTY.sqrt(TWO));
    }

    private static void assertStarts(String digits, BigDecimal value) {
        assertEquals(digits, value.toPlainString().substring(0, digits.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-120", "-0.7", "0.3", "3.1", "-17.25", "400.125", "999"})
    void identitiesHold(String x) {
        for (int digits : new int[] {60, 300}) {
            Precise precise = new Precise(digits);
            BigDecimal value = new BigDecimal(x);
            BigDecimal sine = precise.sin(value);
            BigDecimal cosine = precise.cos(value);
            assertClose(BigDecimal.ONE, sine.multiply(sine).add(cosine.multiply(cosine)), digits);
            assertClose(value, precise.ln(precise.exp(value)), digits);
            assertClose(BigDecimal.ONE, precise.exp(value).multiply(precise.exp(value.negate())), digits);
            BigDecimal angle = precise.arctan(value);
            assertClose(value, precise.sin(angle).divide(precise.cos(angle), precise.digits()), digits);
        }
    }

    /** Numbers at the ends of what reaches the functions, with the digits of the closest comparison. */
    @Test
    void farNumbersAreOrdinaryWork() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Precise precise = new Precise(1060);
            for (String x : new String[] {"1e-399", "1e-800", "3e300", "0.9999999", "1.0000000000000000001"}) {
                BigDecimal value = new BigDecimal(x);
                BigDecimal inverse = BigDecimal.ONE.divide(value, precise.digits());
                assertClose(precise.ln(value).negate(), precise.ln(inverse), 1060);
                assertClose(precise.pi(), precise.arctan(value).add(precise.arctan(inverse)).multiply(TWO), 1060);
            }
            assertClose(precise.pi(), precise.arctan(BigDecimal.ONE).multiply(new BigDecimal(4)), 1060);
            assertClose(precise.ln(BigDecimal.TEN).multiply(new BigDecimal(-399)),
                    precise.ln(new BigDecimal("1e-399")), 1060);
        });
    }

    private static void assertClose(BigDecimal wanted, BigDecimal value, int digits) {
        double apart = Precise.size(wanted.subtract(value));
        assertTrue(apart < Math.max(0, Precise.size(wanted)) - digits + 3, () -> wanted + " and " + value);
    }
}
