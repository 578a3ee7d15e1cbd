package dev.understudy.jobs.run;

import java.time.Instant;

/// Which version of a lake is meant.
public sealed interface AsOf {
    /// The one that readers see.
    record Now() implements AsOf {}

    /// The one with this number.
    record Version(long number) implements AsOf {}

    /// The newest that was published at a moment or before.
    record Moment(Instant at) implements AsOf {}
}
