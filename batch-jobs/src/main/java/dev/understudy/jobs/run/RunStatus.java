package dev.understudy.jobs.run;

/// How a run stands.
public enum RunStatus {
    RUNNING,
    /// Its process is gone, or was told to stop; `restart` goes on.
    STOPPED,
    FAILED,
    DONE
}
