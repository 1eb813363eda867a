package org.catrl.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nvcc's assembler says of kernels, in target/kernels.csv: a kernel that time depends on spills no register. */
class KernelReportTest {
    private static final Path REPORT = Path.of("target", "kernels.csv");

    private static List<Kernel> kernels;

    /** One line of the report; name without the template's arguments. */
    private record Kernel(String source, String name, String arch, int spilled, String line) {
        static Kernel of(String line) {
            String[] fields = line.split(",");
            return new Kernel(fields[0], fields[1].replaceFirst("<.*", ""), fields[2],
                    Integer.parseInt(fields[6]) + Integer.parseInt(fields[7]), line);
        }
    }

    @BeforeAll
    static void read() throws IOException {
        assumeTrue(Files.exists(REPORT), "no nvcc: the kernels were not compiled, so there is no report of them");
        try (Stream<String> lines = Files.lines(REPORT)) {
            kernels = lines.skip(1).map(Kernel::of).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attention_mma forward_kernel", "attention_mma keys_backward_kernel",
        "attention_mma queries_backward_kernel", "attention_mma split_kernel", "attention_mma merge_kernel",
        "attention_mma delta_kernel", "attention_plain forward_kernel", "attention_plain keys_backward_kernel",
        "attention_plain queries_backward_kernel", "sample sample_kernel", "advance advance_kernel",
        "logprob softmax_stats_kernel", "logprob logprob_kernel", "logprob logprob_backward_kernel",
        "rmsnorm rmsnorm_kernel", "rmsnorm rmsnorm_backward_kernel", "rope rope_kernel", "rope rope_backward_kernel",
        "glu glu_kernel", "glu glu_backward_kernel", "grpo grpo_kernel", "adamw adamw_kernel", "adamw chunks_kernel",
        "embed embed_kernel", "embed embed_backward_kernel", "elementwise add_kernel"})
    void hotKernelSpillsNothing(String hot) {
        String[] names = hot.split(" ");
        List<Kernel> compiled = kernels.stream()
                .filter(kernel -> kernel.source().equals(names[0]) && kernel.name().equals(names[1])).toList();
        assertTrue(!compiled.isEmpty(), "the report holds no " + hot + "; was it renamed?");
        compiled.forEach(kernel -> assertEquals(0, kernel.spilled(), "spilled bytes: " + kernel.line()));
    }

    @Test
    void everyKernelIsCompiledForEveryArchitecture() {
        List<String> architectures = kernels.stream().map(Kernel::arch).distinct().toList();
        assertTrue(architectures.size() >= 1, "the report is empty");
        assertEquals(0, kernels.size() % architectures.size(),
                kernels.size() + " kernels over " + architectures + ": one is missing for some architecture");
    }
}
