package org.catrl.kernels;

/**
 * Whether CUDA kernels can run on this machine.
 *
 * @param usable      true when the device answers, and is one that the kernels were compiled for
 * @param description the device and the versions, or why CUDA cannot be used and what to do
 */
public record CudaProbe(boolean usable, String description) {
    /** Ampere: the first with bf16 tensor cores and asynchronous copies. */
    private static final int LEAST_CAPABILITY = 80;

    /** Looks at the first device; never throws for a missing library, driver or device. */
    public static CudaProbe run() {
        return run(0);
    }

    /** Looks at a device, by its number from 0. */
    public static CudaProbe run(int device) {
        if (!CudaLibrary.present()) {
            return no("this build holds no CUDA kernels (nvcc was not found when it was built)");
        }
        try {
            return probe(CudaLibrary.load(), device);
        } catch (LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return no(cause.getMessage());
        }
    }

    private static CudaProbe probe(long table, int device) {
        int devices = Kernels.device_count(table);
        int driver = Kernels.driver_version(table);
        if (driver == 0) {
            return no("no NVIDIA driver is installed");
        }
        if (devices < 0) {
            return no("the driver (CUDA " + version(driver) + ", the kernels want "
                    + version(Kernels.runtime_version(table)) + ") reports: " + Kernels.error(table, devices));
        }
        if (devices == 0) {
            return no("the driver sees no NVIDIA device");
        }
        if (device >= devices) {
            return no("there is no device " + device + "; the driver sees " + devices + ", numbered from 0");
        }
        return capable(table, device, devices, driver);
    }

    private static CudaProbe capable(long table, int device, int devices, int driver) {
        int capability = Kernels.device_capability(table, device);
        String described = Kernels.device_name(table, device) + " (compute capability " + capability / 10 + "."
                + capability % 10 + "), driver for CUDA " + version(driver)
                + (devices == 1 ? "" : ", device " + device + " of " + devices);
        return capability >= LEAST_CAPABILITY ? new CudaProbe(true, described)
                : no(described + ": the kernels need compute capability 8.0 (Ampere) or newer");
    }

    private static CudaProbe no(String why) {
        return new CudaProbe(false, why);
    }

    private static String version(int code) {
        return code / 1000 + "." + code % 1000 / 10;
    }
}
