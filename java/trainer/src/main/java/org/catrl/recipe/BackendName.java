package org.catrl.recipe;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which backend a recipe or the command line asks for. */
public enum BackendName {
    /** CUDA where it can be used, else the CPU; the first line says why. */
    AUTO,
    CPU,
    CUDA,
    /** Plain Java in double precision: the specification, slow. */
    REFERENCE;

    /** Spelled as in a recipe. */
    public static final class Converter implements ITypeConverter<BackendName> {
        @Override
        public BackendName convert(String name) {
            return Arrays.stream(values()).filter(one -> one.name().equalsIgnoreCase(name)).findFirst()
                    .orElseThrow(() -> new TypeConversionException("it is \"" + name
                            + "\"; it must be one of auto, cpu, cuda, reference"));
        }
    }
}
