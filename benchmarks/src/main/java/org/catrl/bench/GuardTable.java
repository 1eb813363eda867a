package org.catrl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.catrl.guard.GuardSettings;

/**
 * The table of the guards: runs that improve and runs that collapse, what the guard made of them without labels, and
 * what labels say. A file may be cut off: {@code main-1.csv:80} is that run, had it ended after 80 steps.
 *
 * <pre>
 * java -cp ... org.catrl.bench.GuardTable FILE.csv[:STEPS] ...
 * </pre>
 */
public final class GuardTable {
    /** Points by which a checkpoint that is kept may be below the best by labels. */
    private static final double NEAR = 0.02;

    private final List<GuardCurve> curves;
    private final double loss;

    private GuardTable(List<GuardCurve> curves, double loss) {
        this.curves = curves;
        this.loss = loss;
    }

    /** Prints the table in Markdown. */
    public static void main(String[] files) throws IOException {
        List<GuardCurve> curves = new ArrayList<>();
        for (String file : files) {
            String[] cut = file.split(":");
            GuardCurve curve = GuardCurve.read(Path.of(cut[0]));
            curves.add(cut.length == 1 ? curve : curve.until(Integer.parseInt(cut[1])));
        }
        System.out.print(of(curves));
    }

    /** The table of some runs, under the settings that hold where a recipe is silent. */
    static String of(List<GuardCurve> curves) {
        return new GuardTable(curves, GuardSettings.DEFAULTS.loss()).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder("| run | steps | first | best (step) | last | warned (accuracy then) "
                + "| kept by warn | kept by stop |\n|---|---|---|---|---|---|---|---|\n");
        List<GuardCurve> improving = curves.stream().filter(curve -> !curve.isCollapse()).toList();
        List<GuardCurve> collapsing = curves.stream().filter(GuardCurve::isCollapse).toList();
        text.append("| **improve** |\n");
        improving.forEach(curve -> text.append(row(curve)));
        text.append("| **collapse** |\n");
        collapsing.forEach(curve -> text.append(row(curve)));
        return text.append('\n').append(summary(improving, collapsing)).append(signals(improving, collapsing))
                .toString();
    }

    private String row(GuardCurve curve) {
        OptionalInt warned = curve.warned(loss);
        int end = curve.rows().size() - 1;
        int kept = curve.kept(end);
        int stopped = curve.kept(warned.orElse(end));
        return String.format(Locale.ROOT, "| %s | %d | %.3f | %.3f (%d) | %.3f | %s | %.3f (%d) | %.3f (%d) |%n",
                curve.name(), curve.steps(end), curve.label(0), curve.label(curve.best()), curve.steps(curve.best()),
                curve.last(), warned.isPresent() ? String.format(Locale.ROOT, "%d (%.3f)",
                        curve.steps(warned.getAsInt()), curve.label(warned.getAsInt())) : "",
                curve.label(kept), curve.steps(kept), curve.label(stopped), curve.steps(stopped));
    }

    private String summary(List<GuardCurve> improving, List<GuardCurve> collapsing) {
        return String.format(Locale.ROOT, "warned of %s collapses, false alarms in %s runs that improve%n"
                + "kept checkpoint within %.2f of the best by labels: warn %s, stop %s; the last one: %s%n%n",
                count(collapsing, curve -> curve.warned(loss).isPresent()),
                count(improving, curve -> curve.warned(loss).isPresent()), NEAR,
                count(curves, curve -> isNear(curve, curve.kept(curve.rows().size() - 1))),
                count(curves, curve -> isNear(curve, curve.kept(curve.warned(loss).orElse(curve.rows().size() - 1)))),
                count(curves, curve -> isNear(curve, curve.rows().size() - 1)));
    }

    private static boolean isNear(GuardCurve curve, int row) {
        return curve.label(curve.best()) - curve.label(row) <= NEAR;
    }

    private String signals(List<GuardCurve> improving, List<GuardCurve> collapsing) {
        List<GuardCurve> wholeImproving = improving.stream().filter(GuardCurve::isWhole).toList();
        List<GuardCurve> wholeCollapsing = collapsing.stream().filter(GuardCurve::isWhole).toList();
        StringBuilder text = new StringBuilder("| signal | warns of | false alarms |\n|---|---|---|\n");
        for (GuardSignals.Followed signal : GuardSignals.Followed.values()) {
            text.append(String.format(Locale.ROOT, "| %s | %s | %s |%n", signal.column(),
                    count(wholeCollapsing, curve -> curve.warned(signal, loss).isPresent()),
                    count(wholeImproving, curve -> curve.warned(signal, loss).isPresent())));
        }
        return text.toString();
    }

    private static String count(List<GuardCurve> curves, Predicate<GuardCurve> those) {
        return curves.stream().filter(those).count() + " of " + curves.size();
    }
}
