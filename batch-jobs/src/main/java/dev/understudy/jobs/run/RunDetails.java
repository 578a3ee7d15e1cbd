package dev.understudy.jobs.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A run with everything that the job repository knows of it.
///
/// @param steps in the order in which they began; a split is a step
public record RunDetails(RunSummary summary, Optional<RunReport> report, List<Step> steps) {
    public RunDetails {
        steps = List.copyOf(steps);
    }

    /// A step of an execution, as the job repository has it.
    ///
    /// @param execution counts the run's executions from 1
    /// @param name `copy:0007` for a split
    /// @param what for people: `public.rental[3/8]`
    /// @param rows that the step's outputs hold
    /// @param exit the exit code, and the stripped message of a failure
    public record Step(
            int execution,
            String name,
            String what,
            String status,
            Optional<Instant> started,
            Optional<Instant> ended,
            long rows,
            long bytes,
            String exit) {}
}
