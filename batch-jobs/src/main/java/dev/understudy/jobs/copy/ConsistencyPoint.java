package dev.understudy.jobs.copy;

import java.time.Instant;

/// When a source's rows were as a run has read them.
///
/// @param source its name in the config; empty for the only one
/// @param snapshot counts from 1; a restart opens another
/// @param taken by this machine's clock, once all sessions of the source saw the same rows
public record ConsistencyPoint(String source, int snapshot, Instant taken) {}
