package org.catrl.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.catrl.compute.check.OpCase;
import org.catrl.compute.check.OpCases;
import org.catrl.compute.check.OpCheck;
import org.junit.jupiter.api.Test;

/**
 * What the products say to cuBLASLt, checked against a stand-in of it. The dynamic linker reads its path when a process
 * starts, so the check has a process of its own.
 */
class CublasProductsTest {
    @Test
    void everyProductIsThatOfTheReference() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp", System.getProperty("java.class.path")));
        command.add("-Dcatrl.cuda.emulated=" + System.getProperty("catrl.cuda.emulated"));
        command.add(Products.class.getName());
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("LD_LIBRARY_PATH", EmulatedCuda.library().resolveSibling("cublas").toString());
        Process running = process.start();
        String output = new String(running.getInputStream().readAllBytes());
        assertEquals(0, running.waitFor(), output);
        long cases = Stream.of(DType.F32, DType.BF16).flatMap(storage -> OpCases.all(storage).stream())
                .filter(CublasProductsTest::isProduct).count();
        assertTrue(output.contains("cuda: emulator, cuBLAS 13.2: " + cases + " cases"), output);
        assertTrue(output.contains("cuda: emulator, cuBLAS 13.2, exact: " + cases + " cases"), output);
    }

    private static boolean isProduct(OpCase op) {
        return op.name().startsWith("linear");
    }

    /** The process: all products of the contract, in both storage types, fast and exact. */
    static final class Products {
        private Products() { }

        public static void main(String[] arguments) {
            for (boolean exact : new boolean[] {false, true}) {
                try (Backend backend = EmulatedCuda.withCublas(exact)) {
                    System.out.println(backend.description() + ": " + compared(backend) + " cases, "
                            + backend.ledger().byOwner());
                }
            }
        }

        private static int compared(Backend backend) {
            int count = 0;
            for (DType storage : backend.storageTypes()) {
                for (OpCase op : OpCases.all(storage)) {
                    if (isProduct(op)) {
                        OpCheck.compare(op, OpCheck.expected(op), OpCheck.run(op, backend));
                        count++;
                    }
                }
            }
            return count;
        }
    }
}
