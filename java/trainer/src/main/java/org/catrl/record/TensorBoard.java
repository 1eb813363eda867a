package org.catrl.record;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run's metrics as TensorBoard reads them: {@code tensorboard --logdir runs}. Each process that works on the run
 * writes a file of its own, {@code events.out.tfevents.SECONDS.HOST.PID.N}. It cuts from the earlier ones what is not
 * kept, and begins with the step it starts from, so that a TensorBoard that has read that already drops it. Values are
 * single precision, as TensorBoard keeps them.
 */
final class TensorBoard implements MetricSink {
    private static final String PREFIX = "events.out.tfevents.";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d{1,12})\\..*");
    private static final String PROCESS = ManagementFactory.getRuntimeMXBean().getName();

    private final Clock clock;
    private final Path file;
    private final EventFile events;

    private TensorBoard(Clock clock, Path file, EventFile events) {
        this.clock = clock;
        this.file = file;
        this.events = events;
    }

    /**
     * The metrics of a run that begins or goes on.
     *
     * @param done steps that are done and kept
     * @throws RecordException when the file cannot be made
     */
    static TensorBoard open(Path run, int done, Clock clock) {
        try {
            for (Path earlier : files(run)) {
                cut(earlier, done);
            }
            TensorBoard opened = create(run, clock);
            opened.write(done, () -> opened.events.start(opened.time(), done + 1L));
            return opened;
        } catch (IOException e) {
            throw new RecordException(run + ": TensorBoard's event file cannot be made: " + RecordException.reason(e),
                    e);
        }
    }

    private static TensorBoard create(Path run, Clock clock) throws IOException {
        long seconds = seconds(run, clock);
        for (int number = 0; ; number++) {
            Path file = run.resolve(PREFIX + String.format(Locale.ROOT, "%010d.%s.%s.%d", seconds,
                    PROCESS.substring(PROCESS.indexOf('@') + 1).replaceAll("[^A-Za-z0-9._-]", "_"),
                    ProcessHandle.current().pid(), number));
            try {
                return new TensorBoard(clock, file, new EventFile(file, clock.millis() / 1e3));
            } catch (FileAlreadyExistsException e) {
                continue; // of this process, in this very second
            }
        }
    }

    /** Now, but later than the run's other files: TensorBoard reads them in the order of their names. */
    private static long seconds(Path run, Clock clock) throws IOException {
        long latest = files(run).stream().map(TensorBoard::name).filter(Matcher::matches)
                .mapToLong(name -> Long.parseLong(name.group(1))).max().orElse(-1);
        return Math.max(clock.instant().getEpochSecond(), latest + 1);
    }

    private static List<Path> files(Path run) throws IOException {
        return Leftovers.entries(run).stream().filter(path -> name(path).matches()
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
    }

    private static Matcher name(Path file) {
        return NAME.matcher(file.getFileName().toString());
    }

    /** Cuts off a file what begins with the first event that is not kept; what cannot be read stays as it is. */
    private static void cut(Path file, int done) throws IOException {
        long kept = 0;
        try (EventReader events = new EventReader(file)) {
            Optional<EventReader.Event> event = events.next();
            while (event.isPresent() && isKept(event.get(), done)) {
                kept = event.get().end();
                event = events.next();
            }
            if (event.isEmpty()) {
                return;
            }
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.truncate(kept);
        }
    }

    private static boolean isKept(EventReader.Event event, int done) {
        return event.step() < done || event.step() == done
                && (done == 0 || !MetricNames.isHeldOutTag(event.firstTag()));
    }

    @Override
    public void step(int done, Map<String, Double> metrics) {
        write(done, () -> events.scalars(time(), done, MetricNames.tags(metrics)));
    }

    @Override
    public void evaluated(int done, Map<String, Double> metrics) {
        step(done, MetricNames.heldOut(metrics));
    }

    private double time() {
        return clock.millis() / 1e3;
    }

    /** An event that is written. */
    private interface Writing {
        /** Appends it to the file. */
        void run() throws IOException;
    }

    private void write(int step, Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw RecordException.of(file, step, e);
        }
    }

    @Override
    public void close() {
        try {
            events.close();
        } catch (IOException e) {
            throw RecordException.of(file, e);
        }
    }
}
