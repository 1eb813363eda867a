package org.catrl.kernels;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;

/** A kernel library: the one that this build carries, or another one of the same border. Loaded once, for good. */
public final class CudaLibrary {
    private static final String RESOURCE = "/org/catrl/cuda/linux-x86_64/libcatrl_cuda.so";

    private CudaLibrary() { }

    /** Whether this build was made where nvcc was. */
    public static boolean present() {
        return CudaLibrary.class.getResource(RESOURCE) != null;
    }

    /**
     * The table of this build's kernels, for {@link Kernels}.
     *
     * @throws LinkageError with the reason, when they do not load here
     */
    public static long load() {
        URL resource = CudaLibrary.class.getResource(RESOURCE);
        if (resource == null) {
            throw new UnsatisfiedLinkError("this build holds no CUDA kernels (nvcc was not found when it was built)");
        }
        try {
            File file = Loader.cacheResource(resource);
            return load(file.toPath());
        } catch (IOException e) {
            throw new UnsatisfiedLinkError("the CUDA kernels cannot be unpacked: " + e.getMessage());
        }
    }

    /** The table of a library in a file. */
    public static long load(Path file) {
        try {
            return Kernels.load(file.toString());
        } catch (RuntimeException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("the CUDA kernels do not load: " + e.getMessage());
            error.initCause(e);
            throw error;
        }
    }
}
