package dev.understudy.jobs.copy;

/// Where a run is. Index builds and copying overlap; the phase is the earliest that is not over.
public enum Phase {
    PLAN,
    STRUCTURE,
    COPY,
    CONSTRAINTS,
    CHECK,
    PUBLISH,
    /// The outputs are in their places; what they have replaced is removed.
    CLEAN_UP,
    DONE
}
