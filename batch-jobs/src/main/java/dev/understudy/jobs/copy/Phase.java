package dev.understudy.jobs.copy;

/// Where a run is. Index builds and copying overlap; the phase is the earliest that is not over.
public enum Phase {
    PLAN,
    STRUCTURE,
    COPY,
    CONSTRAINTS,
    /// Rows that are gone from the source are looked for.
    SWEEP,
    CHECK,
    PUBLISH,
    /// The outputs are in their places; the twins' statistics are made, and what they have replaced
    /// is removed.
    CLEAN_UP,
    DONE
}
