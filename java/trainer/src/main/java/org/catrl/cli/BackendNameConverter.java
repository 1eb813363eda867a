package org.catrl.cli;

import org.catrl.recipe.BackendName;
import org.catrl.recipe.Spelling;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A reader of a backend's name, spelled as in a recipe. */
final class BackendNameConverter implements ITypeConverter<BackendName> {
    @Override
    public BackendName convert(String name) {
        for (BackendName known : BackendName.values()) {
            if (Spelling.of(known).equalsIgnoreCase(name)) {
                return known;
            }
        }
        throw new TypeConversionException("it is \"" + name + "\"; it must be one of "
                + String.join(", ", Spelling.all(BackendName.class)));
    }
}
