package dev.understudy.jobs.control;

import java.time.Instant;
import java.util.Optional;

/// A run as the control database has it.
///
/// @param token that tells this run from those of other control databases
/// @param keyId names the key that it masks with; empty of runs before keys were noted
/// @param epoch of that key
/// @param status RUNNING, STOPPED, FAILED or DONE; RUNNING says nothing about whether its process
///   lives
/// @param alive whether a living process holds it
/// @param givenUp whether it must not be restarted any more
/// @param outcomes the tables' outcomes as JSON, once they were checked
/// @param notCarried what of the source could not be carried over, as JSON, once that is known
/// @param snapshots points in time that the rows come from; 0 while that is not known
/// @param points when each source was as the run has read it, as JSON, once that is known
/// @param mode what it copies, once that is decided
/// @param modeReason why it copies everything, where changes alone were expected
/// @param clocks when it began by each source's own clock, as JSON; empty of runs before that was
///   noted
/// @param asked what somebody wants of it beyond the config, as JSON; empty if that is nothing
/// @param report the last report as JSON
public record RunRow(
        long run,
        String token,
        String job,
        String configFile,
        String configHash,
        Optional<String> keyId,
        int epoch,
        String status,
        String phase,
        boolean givenUp,
        Instant started,
        Optional<Instant> ended,
        int executions,
        long millis,
        long rows,
        long bytes,
        Optional<String> failureKind,
        Optional<String> failure,
        Optional<String> outcomes,
        Optional<String> notCarried,
        int snapshots,
        Optional<String> points,
        Optional<String> mode,
        Optional<String> modeReason,
        Optional<String> clocks,
        Optional<String> asked,
        Optional<String> report,
        Optional<String> owner,
        boolean alive) {}
