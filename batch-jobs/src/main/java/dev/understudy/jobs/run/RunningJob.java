package dev.understudy.jobs.run;

/// A run that this process is executing. Any thread may call it.
public interface RunningJob {
    /// How it stands now; cheap enough to ask ten times a second.
    RunProgress progress();

    /// Asks it to stop at the next checkpoint; {@link #await} then returns a report with status
    /// STOPPED.
    void requestStop();

    /// Waits for its end. A failed run is a report with a failure, not an exception.
    RunReport await() throws InterruptedException;
}
