package org.catrl.compute;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.catrl.kernels.CudaLibrary;
import org.catrl.kernels.CudaProbe;

/**
 * The way to open a backend by name. A name asks for exactly that backend; only "auto" steps down, and says why. What
 * is opened belongs to one thread at a time, see {@link Backend}.
 */
public final class Backends {
    /** The names that {@link #open} understands. */
    public static final List<String> NAMES = List.of("auto", "cpu", "cuda", "reference");

    /**
     * A backend that was opened, and why this one.
     *
     * @param backend to be closed by the caller
     * @param reason  for "auto" whether and why not CUDA, otherwise that it was asked for
     */
    public record Opened(Backend backend, String reason) { }

    private Backends() { }

    /** A backend with that many CPU threads, else as {@link BackendSettings#threads} says. */
    public static Opened open(String name, int threads) {
        return open(name, BackendSettings.threads(threads));
    }

    /**
     * The backend of a name, opened.
     *
     * @param name     one of {@link #NAMES}
     * @param settings threads, device and modes
     * @throws BackendException when that backend cannot be used here, with the reason and the cure
     */
    public static Opened open(String name, BackendSettings settings) {
        return switch (name) {
            case "auto" -> auto(settings);
            case "cpu" -> new Opened(cpu(null, settings.threads()), "asked for by name");
            case "cuda" -> new Opened(cuda(settings), "asked for by name");
            default -> new Opened(new CheckedBackend(provided(name, settings)), "asked for by name");
        };
    }

    /** A backend of another package. */
    private static Backend provided(String name, BackendSettings settings) {
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())) {
            if (provider.name().equals(name)) {
                return provider.open(settings);
            }
        }
        throw new BackendException("backend \"" + name + "\" is not known; it must be one of "
                + String.join(", ", NAMES));
    }

    private static Opened auto(BackendSettings settings) {
        String whyNot = whyNoCuda(settings.device());
        return whyNot == null ? new Opened(cuda(settings), "a CUDA device is there")
                : new Opened(cpu(null, settings.threads()), "no CUDA: " + whyNot);
    }

    /**
     * The CUDA backend.
     *
     * @throws BackendException when it cannot be used, with the reason and the cure
     */
    private static Backend cuda(BackendSettings settings) {
        String whyNot = whyNoCuda(settings.device());
        if (whyNot != null) {
            throw new BackendException("backend cuda: " + whyNot + "; without it, use cpu or auto");
        }
        return cublas(CudaLibrary.load(), settings);
    }

    /**
     * Products by cuBLAS.
     *
     * @param library the kernels, see {@link CudaLibrary}
     */
    static Backend cublas(long library, BackendSettings settings) {
        return cuda(new CudaDevice(library, settings),
                (context, ledger) -> new CublasProducts(context, settings.exact(), ledger), settings);
    }

    /** Makes the matrix products of a context, entering what they hold in a ledger. */
    private interface ProductsOf {
        /** The products of one context. */
        Products make(long context, Ledger ledger);
    }

    private static Backend cuda(CudaDevice device, ProductsOf made, BackendSettings settings) {
        Ledger ledger = new Ledger();
        try {
            Products products = made.make(device.context(), ledger);
            return checked(device, products, device.description() + ", " + products.description()
                    + (settings.exact() ? ", exact" : ""), ledger);
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    private static Backend checked(Device device, Products products, String description, Ledger ledger) {
        OneThread owner = new OneThread(CheckedBackend.guarded(device.name()));
        return new CheckedBackend(new NativeBackend(device, products, description, ledger, owner), owner);
    }

    /**
     * The CUDA backend over another kernel library: the same kernels compiled for an emulated device, say, with plain
     * products in place of cuBLAS's. For tests.
     *
     * @throws BackendException when the library does not load
     */
    public static Backend cuda(Path library, BackendSettings settings) {
        try {
            return cuda(new CudaDevice(CudaLibrary.load(library), settings),
                    (context, ledger) -> new KernelProducts(context), settings);
        } catch (LinkageError e) {
            throw new BackendException("backend cuda over " + library + ": " + e.getMessage(), e);
        }
    }

    /**
     * The CPU backend on a certain instruction set.
     *
     * @param isa base, avx2, avx512 or avx512bf16; null = the best of this machine
     */
    public static Backend cpu(String isa, int threads) {
        try {
            CpuDevice device = new CpuDevice(isa, threads);
            return checked(device, new KernelProducts(device.context()), device.description(), new Ledger());
        } catch (LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BackendException("backend cpu: its library does not load: " + cause.getMessage(), e);
        }
    }

    /** Why no CUDA backend can be opened on a device here; null when one can. */
    public static String whyNoCuda(int device) {
        CudaProbe probe = CudaProbe.run(device);
        return probe.usable() ? CublasProducts.whyNot() : probe.description();
    }
}
