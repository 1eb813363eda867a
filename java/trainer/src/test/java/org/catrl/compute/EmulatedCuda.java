package org.catrl.compute;

import java.nio.file.Files;
import java.nio.file.Path;
import org.catrl.kernels.CudaLibrary;

/** The CUDA backend over the kernels that the build has compiled for the emulated device. */
public final class EmulatedCuda {
    private EmulatedCuda() { }

    /** @param down the device runs its threads downwards instead of upwards */
    public static Backend open(boolean exact, boolean down) {
        return Backends.cuda(library(), new BackendSettings(1, down ? 1 : 0, exact, true));
    }

    /** With products by cuBLASLt's binding: for a process that finds a cuBLASLt, such as the stand-in. */
    static Backend withCublas(boolean exact) {
        return Backends.cublas(CudaLibrary.load(library()), new BackendSettings(1, 0, exact, true));
    }

    static Path library() {
        Path library = Path.of(System.getProperty("catrl.cuda.emulated", "no property catrl.cuda.emulated"));
        if (!Files.exists(library)) {
            throw new IllegalStateException(library + ": the emulated kernels are built with the module cuda");
        }
        return library;
    }
}
