package org.catrl.cuda;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code catrl_cuda.h}. Touching this class loads the library and throws a {@link LinkageError} where
 * it is not there; ask {@link CudaProbe} first.
 */
@Platform(include = "catrl_cuda.h", link = "catrl_cuda", compiler = "cpp17")
public final class CudaKernels {
    static {
        Loader.load();
    }

    private CudaKernels() { }

    @NoException
    public static native int catrl_cuda_device_count();

    @NoException
    public static native int catrl_cuda_driver_version();

    @NoException
    public static native int catrl_cuda_runtime_version();

    @NoException
    public static native String catrl_cuda_error(int code);

    @NoException
    public static native String catrl_cuda_device_name(int device);

    @NoException
    public static native int catrl_cuda_try(int device);
}
