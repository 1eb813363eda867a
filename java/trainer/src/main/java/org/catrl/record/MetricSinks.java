package org.catrl.record;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The places that a run's metrics go to beside its record, as one. */
public final class MetricSinks implements MetricSink {
    private final List<MetricSink> sinks = new ArrayList<>();

    private MetricSinks() { }

    /**
     * The sinks of a run that begins or goes on, in its folder.
     *
     * @param tensorBoard whether to write TensorBoard's event files
     * @param csv         whether to write metrics.csv
     * @param done        steps that are done and kept; what a sink holds of later ones is taken back
     * @throws RecordException    when a file cannot be made
     * @throws RunFolderException when metrics.csv is there and holds something else
     */
    public static MetricSink open(Path run, boolean tensorBoard, boolean csv, int done) {
        MetricSinks all = new MetricSinks();
        try {
            if (csv) {
                all.sinks.add(MetricsCsv.open(run, done));
            }
            if (tensorBoard) {
                all.sinks.add(TensorBoard.open(run, done, Clock.systemUTC()));
            }
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    @Override
    public void step(int done, Map<String, Double> metrics) {
        sinks.forEach(sink -> sink.step(done, metrics));
    }

    @Override
    public void evaluated(int done, Map<String, Double> metrics) {
        sinks.forEach(sink -> sink.evaluated(done, metrics));
    }

    @Override
    public void close() {
        sinks.forEach(MetricSink::close);
    }
}
