package dev.understudy.jobs.copy;

/// What a run copies.
public enum RunMode {
    /// Everything, into new outputs.
    WHOLE,
    /// What has changed since the run before, into the outputs as they are.
    CHANGES
}
