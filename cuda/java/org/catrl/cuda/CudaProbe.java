package org.catrl.cuda;

/**
 * Whether CUDA kernels can run on this machine.
 *
 * @param usable      true when a kernel ran on device 0 and its result was right
 * @param description the device and the versions, or why CUDA cannot be used and what to do
 */
public record CudaProbe(boolean usable, String description) {
    /** Looks; never throws for a missing library, driver or device. */
    public static CudaProbe run() {
        try {
            return probe();
        } catch (LinkageError e) {
            return no(reason(e));
        }
    }

    private static CudaProbe probe() {
        int devices = CudaKernels.catrl_cuda_device_count();
        int driver = CudaKernels.catrl_cuda_driver_version();
        if (driver == 0) {
            return no("no NVIDIA driver is installed");
        }
        if (devices < 0) {
            return no("the driver (CUDA " + version(driver) + ", the kernels want "
                    + version(CudaKernels.catrl_cuda_runtime_version()) + ") reports: "
                    + CudaKernels.catrl_cuda_error(devices));
        }
        return devices == 0 ? no("the driver sees no NVIDIA device") : tryDevice(devices, driver);
    }

    private static CudaProbe tryDevice(int devices, int driver) {
        String device = CudaKernels.catrl_cuda_device_name(0) + ", driver for CUDA " + version(driver)
                + (devices == 1 ? "" : ", the first of " + devices + " devices");
        int error = CudaKernels.catrl_cuda_try(0);
        return error == 0 ? new CudaProbe(true, device)
                : no("a kernel failed on " + device + ": " + CudaKernels.catrl_cuda_error(error));
    }

    private static CudaProbe no(String why) {
        return new CudaProbe(false, why);
    }

    /** The library is absent from the jar of a build without nvcc; otherwise the loader's own cause says more. */
    private static String reason(LinkageError error) {
        boolean absent = CudaProbe.class.getResource("linux-x86_64/libjniCudaKernels.so") == null;
        if (absent) {
            return "this build holds no CUDA kernels (nvcc was not found when it was built)";
        }
        Throwable cause = error.getCause() == null ? error : error.getCause();
        return "the CUDA kernels do not load: " + cause.getMessage();
    }

    private static String version(int code) {
        return code / 1000 + "." + code % 1000 / 10;
    }
}
