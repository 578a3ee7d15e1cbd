package dev.understudy.jobs.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Which ended runs are forgotten, or which versions of a lake are removed: those that neither
/// `keepLatest` nor `keepFor` protects. Running, stopped and failed runs that could be restarted,
/// the latest done run of a job, and the current version of a lake are always kept.
public record PurgePolicy(Optional<Integer> keepLatest, Optional<Duration> keepFor) {
    public PurgePolicy {
        if (keepLatest.isEmpty() && keepFor.isEmpty()) {
            throw new IllegalArgumentException("say how many runs to keep, or for how long");
        }
    }

    /// Whether something is protected.
    ///
    /// @param place counts from 0, the latest first
    boolean keeps(int place, Instant when, Instant now) {
        return keepLatest.filter(count -> place < count).isPresent()
                || keepFor.filter(age -> when.isAfter(now.minus(age))).isPresent();
    }
}
