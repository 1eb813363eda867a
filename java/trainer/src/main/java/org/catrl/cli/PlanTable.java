package org.catrl.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.catrl.compute.MemoryAdvice;
import org.catrl.run.MemoryForecast;
import org.catrl.train.MemoryPlan;

/** A memory forecast, as people read it: one row an owner, one column a phase. */
final class PlanTable {
    private PlanTable() { }

    static void print(MemoryForecast forecast, PrintWriter out) {
        out.printf("%n%s%n  %-32s", forecast.backend(), "MiB held at the end of");
        forecast.phases().forEach(phase -> out.printf("%12s", phase.name()));
        out.printf("  lowered by%n");
        for (String owner : forecast.last().byOwner().keySet()) {
            out.printf("  %-32s", owner);
            for (MemoryPlan.Phase phase : forecast.phases()) {
                out.printf("%12s", mib(phase.byOwner().getOrDefault(owner, 0L)));
            }
            out.printf("  %s%n", MemoryAdvice.of(owner));
        }
        out.printf("  %-32s", "all");
        forecast.phases().forEach(phase -> out.printf("%12s", mib(phase.bytes())));
        out.printf("%n  %s%n", forecast.available() == Long.MAX_VALUE ? "what there is of it is not known here"
                : mib(forecast.available()) + " MiB are there: it " + (forecast.fits() ? "fits" : "does not fit"));
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }
}
