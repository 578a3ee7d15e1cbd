package dev.understudy.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How runs after the first read what has changed since, instead of everything.
///
/// @param watermarks columns with the time of a row's last change; a table may have several. Tables
///   without one are compared whole
/// @param compare tables that are compared whole although they have such a column
/// @param checksums columns whose values are compared besides keys, where rows that are gone are
///   looked for
/// @param sweep whether rows that are gone are looked for in tables that are not compared whole
/// @param overlap how much earlier than it would have to be the next delta begins to read, for
///   clocks of applications that disagree
/// @param longestTransaction taken for the age of the source's oldest open transaction; empty to
///   ask the source, which needs the right to see it
/// @param undecided what becomes of a table with a column that nobody has decided about
public record DeltaConfig(
        List<ColumnPattern> watermarks,
        List<TablePattern> compare,
        List<ColumnPattern> checksums,
        boolean sweep,
        Duration overlap,
        Optional<Duration> longestTransaction,
        Undecided undecided) {
    /// What a delta does where a column needs a rule.
    public enum Undecided {
        /// The run is refused.
        REFUSE,
        /// The table stays as it is in all outputs, and the rest goes on.
        LEAVE
    }

    public DeltaConfig {
        watermarks = List.copyOf(watermarks);
        compare = List.copyOf(compare);
        checksums = List.copyOf(checksums);
    }
}
