package org.catrl.compute;

import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A backend under test, opened anew for every case.
 *
 * @param name          for people
 * @param storageTypes  that its cases are run in
 * @param opens         makes one
 * @param otherwise     makes one whose threads run differently, which must change no bit
 * @param continuesSums whether a sum over rows continues from the stored value, so that cutting it changes no bit
 */
record Subject(String name, Set<DType> storageTypes, Supplier<Backend> opens, Supplier<Backend> otherwiseOpens,
               boolean continuesSums) {
    Backend open() {
        return opens.get();
    }

    Subject otherwise() {
        return new Subject(name + ", otherwise", storageTypes, otherwiseOpens, opens, continuesSums);
    }

    /** Every instruction set that this machine has; the others are not among them, and doctor says so. */
    static Stream<Subject> all() {
        return Stream.concat(Stream.of("base", "avx2", "avx512", "avx512bf16").filter(Subject::runsHere)
                .map(isa -> cpu(isa, 1)), Stream.of(emulated(false), emulated(true)));
    }

    /** The CUDA kernels on the emulated device; otherwise: its threads run in the reverse order. */
    private static Subject emulated(boolean exact) {
        return new Subject("cuda emulated" + (exact ? ", exact" : ""), Set.of(DType.F32, DType.BF16),
                () -> EmulatedCuda.open(exact, false), () -> EmulatedCuda.open(exact, true), false);
    }

    private static Subject cpu(String isa, int threads) {
        return new Subject("cpu " + isa + " with " + threads + (threads == 1 ? " thread" : " threads"),
                Set.of(DType.F32, DType.BF16), () -> Backends.cpu(isa, threads),
                () -> Backends.cpu(isa, threads + 1), true);
    }

    private static boolean runsHere(String isa) {
        try (Backend backend = Backends.cpu(isa, 1)) {
            return backend.name().equals("cpu");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
