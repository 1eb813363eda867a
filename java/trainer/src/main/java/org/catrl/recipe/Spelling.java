package org.catrl.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How Java's names are written in a recipe.
 *
 * <pre>{@code
 * Spelling.of(AggregatorName.MIN_PERPLEXITY) // min_perplexity
 * }</pre>
 */
public final class Spelling {
    private Spelling() { }

    /** A constant in lower case. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** All constants of a type, in their order. */
    public static List<String> all(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Spelling::of).toList();
    }

    /** A component or a type in snake case: maxSteps and MaxSteps are max_steps. */
    static String ofName(String javaName) {
        return javaName.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
