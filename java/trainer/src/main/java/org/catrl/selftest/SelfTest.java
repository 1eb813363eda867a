package org.catrl.selftest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.catrl.compute.Backend;
import org.catrl.compute.DType;
import org.catrl.compute.check.OpCase;
import org.catrl.compute.check.OpCases;
import org.catrl.compute.check.OpCheck;

/** A test of whether a backend does on this machine what the reference says. */
public final class SelfTest {
    private final Backend backend;
    private final StepSelfTest cat;
    private final int every;

    /**
     * A test that has not been run.
     *
     * @param backend what is tested; stays open
     * @param cat     the step of training that is tested with it
     * @param every   1 = all cases of the contract, n = each n-th
     */
    public SelfTest(Backend backend, StepSelfTest cat, int every) {
        this.backend = backend;
        this.cat = cat;
        this.every = every;
    }

    /**
     * The results of all checks, in order.
     *
     * @param progress hears of each case before it is run
     */
    public List<SelfTestResult> run(Consumer<String> progress) {
        List<SelfTestResult> results = new ArrayList<>();
        Map<String, Long> before = backend.ledger().byOwner();
        for (DType storage : backend.storageTypes()) {
            results.add(SelfTestResult.of("contract, " + storage, () -> contract(storage, progress)));
            progress.accept("gradients " + storage);
            results.add(SelfTestResult.of("gradients, " + storage, () -> GradientCheck.run(backend, storage)));
            progress.accept("step " + storage);
            results.add(SelfTestResult.of("a step of CaT, " + storage, () -> cat.run(backend, storage)));
        }
        results.add(SelfTestResult.of("memory", () -> memory(before)));
        return results;
    }

    /** The number of cases that {@link #run} runs, of all storage types. */
    public int cases() {
        return backend.storageTypes().stream().mapToInt(storage -> cases(storage).size() + 2).sum();
    }

    private List<OpCase> cases(DType storage) {
        List<OpCase> all = OpCases.all(storage);
        List<OpCase> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += every) {
            some.add(all.get(i));
        }
        return some;
    }

    private SelfTestResult.Finding contract(DType storage, Consumer<String> progress) {
        double worst = 0;
        List<OpCase> cases = cases(storage);
        for (OpCase op : cases) {
            progress.accept(op.toString());
            List<OpCheck.Output> expected = OpCheck.expected(op);
            List<OpCheck.Output> found = OpCheck.run(op, backend);
            worst = Math.max(worst, OpCheck.compare(op, expected, found));
            OpCheck.requireNoticed(op, expected, found);
        }
        return SelfTestResult.Finding.of(cases.size(), worst, "");
    }

    private SelfTestResult.Finding memory(Map<String, Long> before) {
        Map<String, Long> after = backend.ledger().byOwner();
        if (!after.equals(before)) {
            throw new AssertionError("held before: " + before + ", after: " + after);
        }
        return SelfTestResult.Finding.of(1, 0, String.format(Locale.ROOT, "%.1f MiB at most at once, %.1f MiB left",
                backend.ledger().peak() / 1048576.0, backend.ledger().total() / 1048576.0));
    }
}
