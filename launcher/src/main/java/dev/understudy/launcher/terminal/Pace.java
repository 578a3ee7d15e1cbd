package dev.understudy.launcher.terminal;

import dev.understudy.jobs.run.RunProgress;
import dev.understudy.jobs.run.RunProgress.TableProgress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// How fast a run is going: over its last seconds, so that a stall shows.
final class Pace {
    private static final long WINDOW_MILLIS = 5_000;

    private record Sample(long millis, long rows, long bytes) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    void add(RunProgress progress) {
        long millis = progress.elapsed().toMillis();
        long bytes = progress.tables().stream().mapToLong(TableProgress::bytes).sum();
        // A delta that turns out not to do begins again from nothing, with everything.
        if (!samples.isEmpty() && progress.rows() < samples.getLast().rows()) {
            samples.clear();
        }
        samples.addLast(new Sample(millis, progress.rows(), bytes));
        while (samples.size() > 2 && samples.getFirst().millis() < millis - WINDOW_MILLIS) {
            samples.removeFirst();
        }
    }

    double rowsPerSecond() {
        return samples.isEmpty()
                ? 0
                : perSecond(samples.getLast().rows() - samples.getFirst().rows());
    }

    double bytesPerSecond() {
        return samples.isEmpty()
                ? 0
                : perSecond(samples.getLast().bytes() - samples.getFirst().bytes());
    }

    /// When the rows will be there, at this pace.
    Optional<Duration> left(RunProgress progress) {
        double rate = rowsPerSecond();
        long missing = progress.estimatedRows() - progress.rows();
        // Below a row a second the answer would be a guess.
        return rate < 1 || missing <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.round(missing * 1_000.0 / rate)));
    }

    private double perSecond(long number) {
        long millis = samples.getLast().millis() - samples.getFirst().millis();
        return millis <= 0 ? 0 : number * 1_000.0 / millis;
    }
}
