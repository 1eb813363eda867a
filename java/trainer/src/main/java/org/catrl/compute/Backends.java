package org.catrl.compute;

import java.util.List;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.cuda.CudaProbe;

/** Opens a backend by name. A name asks for exactly that backend; only "auto" steps down, and says why. */
public final class Backends {
    /** What {@link #open} understands. */
    public static final List<String> NAMES = List.of("auto", "cpu", "cuda", "reference");

    /**
     * @param backend to be closed by the caller
     * @param reason  why this one: for "auto" why not CUDA, otherwise that it was asked for
     */
    public record Opened(Backend backend, String reason) { }

    private Backends() { }

    /**
     * @param name    one of {@link #NAMES}
     * @param threads of the CPU backend, at least 1
     * @throws BackendException when that backend cannot be used here, with the reason
     */
    public static Opened open(String name, int threads) {
        return switch (name) {
            case "auto" -> new Opened(cpu(null, threads), "no CUDA: " + whyNoCuda());
            case "cpu" -> new Opened(cpu(null, threads), "asked for by name");
            case "reference" -> new Opened(new CheckedBackend(new ReferenceBackend()), "asked for by name");
            case "cuda" -> throw new BackendException("backend cuda: " + whyNoCuda() + "; use cpu or auto");
            default -> throw new BackendException("backend \"" + name + "\" is not known; it must be one of "
                    + String.join(", ", NAMES));
        };
    }

    /**
     * The CPU backend on a certain instruction set.
     *
     * @param isa base, avx2 or avx512; null = the best of this machine
     */
    public static Backend cpu(String isa, int threads) {
        try {
            return new CheckedBackend(new CpuBackend(isa, threads));
        } catch (LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BackendException("backend cpu: its library does not load: " + cause.getMessage(), e);
        }
    }

    /** Why no CUDA backend can be opened here. */
    public static String whyNoCuda() {
        CudaProbe probe = CudaProbe.run();
        return probe.usable() ? "this version has no CUDA backend yet (the device would be usable: "
                + probe.description() + ")" : probe.description();
    }
}
