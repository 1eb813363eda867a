package org.catrl.cpu;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/** The binding of catrl_cpu.h; see there for every contract. */
@Platform(include = "catrl_cpu.h", link = "catrl_cpu", compiler = "cpp17")
public final class CpuKernels {
    static {
        Loader.load();
    }

    private CpuKernels() { }

    @NoException
    public static native String catrl_cpu_best_isa();
}
