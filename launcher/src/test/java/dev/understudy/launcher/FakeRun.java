package dev.understudy.launcher;

import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.run.RunProgress;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunningJob;
import java.time.Duration;
import java.util.List;

/// A run that is over at once.
record FakeRun(RunReport report) implements RunningJob {
    @Override
    public RunProgress progress() {
        return new RunProgress(
                report.run(), report.job(), Phase.DONE, Duration.ofSeconds(12), "", List.of());
    }

    @Override
    public void requestStop() {
        throw new AssertionError("nobody pressed Ctrl-C");
    }

    @Override
    public RunReport await() {
        return report;
    }
}
