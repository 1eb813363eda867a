package org.catrl.bench;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.catrl.bench.Work.Bound;

/** The measured lines, each held against the ceiling that it meets first. */
final class GpuTable {
    private static final Map<String, Double> SECONDS = Map.of("us/op", 1e-6, "ms/op", 1e-3, "s/op", 1.0);

    private final Map<Bound, Double> ceilings = new EnumMap<>(Bound.class);

    static String head() {
        return "| benchmark | sizes | median ms | fastest - slowest | achieved | of the ceiling | aim | tokens/s |\n"
                + "|---|---|---|---|---|---|---|---|\n";
    }

    static double seconds(Run run, double score) {
        Double unit = SECONDS.get(run.unit());
        if (unit == null) {
            throw new IllegalArgumentException(run.benchmark() + " is in " + run.unit() + ", not in time per op");
        }
        return score * unit;
    }

    /** What the shares of this run are taken of. */
    void ceiling(GpuCase measured, Run run) {
        ceilings.put(measured.work().bound(), measured.work().amount() / seconds(run, run.median()));
    }

    String line(GpuCase measured, Run run) {
        Work work = measured.work();
        double median = seconds(run, run.median());
        return String.format(Locale.ROOT, "| %s | %s | %s | %s - %s | %.1f %s | %s | %s | %s |\n", measured.benchmark(),
                measured.sizes(), milliseconds(median), milliseconds(seconds(run, run.lowest())),
                milliseconds(seconds(run, run.highest())), work.bound().inUnit(work.amount() / median),
                work.bound().unit(), share(work, median), measured.aim() == 0 ? "" : percent(measured.aim()),
                work.tokens() == 0 ? "" : String.format(Locale.ROOT, "%,.0f", work.tokens() / median));
    }

    private String share(Work work, double seconds) {
        Double ceiling = ceilings.get(work.bound());
        return ceiling == null ? "not measured" : percent(work.amount() / seconds / ceiling);
    }

    static String failed(GpuCase measured, String reason) {
        return "| " + measured.benchmark() + " | " + measured.sizes() + " | not measured: " + reason.replace("|", "/")
                + " | | | | | |\n";
    }

    private static String milliseconds(double seconds) {
        return String.format(Locale.ROOT, "%.4g", seconds * 1e3);
    }

    private static String percent(double share) {
        return Math.round(100 * share) + "%";
    }
}
