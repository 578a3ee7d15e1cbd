package dev.understudy.jobs.run;

import java.time.Duration;
import java.util.Optional;

/// Which ended runs are forgotten: those that neither `keepLatest` nor `keepFor` protects. Running,
/// stopped and failed runs that could be restarted, and the latest done run of a job, are always
/// kept.
public record PurgePolicy(Optional<Integer> keepLatest, Optional<Duration> keepFor) {
    public PurgePolicy {
        if (keepLatest.isEmpty() && keepFor.isEmpty()) {
            throw new IllegalArgumentException("say how many runs to keep, or for how long");
        }
    }
}
