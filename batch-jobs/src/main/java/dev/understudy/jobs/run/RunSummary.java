package dev.understudy.jobs.run;

import dev.understudy.jobs.copy.Phase;
import java.time.Instant;
import java.util.Optional;

/// A run as a line of a list.
///
/// @param owner host and process that runs it, for people; empty if none does
public record RunSummary(
        long run,
        String job,
        RunStatus status,
        Phase phase,
        Instant started,
        Optional<Instant> ended,
        int executions,
        long rows,
        long bytes,
        Optional<String> owner,
        Optional<String> failure) {}
