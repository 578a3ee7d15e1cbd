package dev.understudy.twin;

import dev.understudy.source.SourceDatabase;
import java.util.List;
import java.util.Optional;

/// A live twin that a run changes in its place. Rows are staged beside the live tables, in as many
/// transactions as it takes, and merged into them by one: readers see the twin as it was or as the
/// source is now. One thread.
///
/// Every method throws {@link dev.understudy.rows.Failure} of kind TARGET.
public interface TwinChange {
    /// How far the run has come: LOADING while it stages, READY once everything is staged and
    /// checked, LIVE when it is merged.
    TwinDatabase.State state();

    /// From where a run can go on, as the run that made or changed the twin last has left it; empty
    /// if it left nothing, or if there is no twin.
    Optional<Position> position();

    /// Where the last run stood.
    ///
    /// @param run that made or changed the twin last, with its token
    /// @param content as it was given
    record Position(String run, String content) {}

    /// Whether the twin is of another engine than the source.
    boolean isForeign(SourceDatabase source);

    /// Opens the live twin for staging; nothing is staged yet.
    StagingTwin open(int mostSessions);

    /// Merges what is staged, and makes the position that was staged the twin's; all or nothing.
    /// May be repeated.
    ///
    /// @return what the merge did to each table, in the order of the staging; empty if an earlier
    ///   attempt has merged
    List<Merged> publish();

    /// What a merge did to a table.
    record Merged(StagedTable table, long updated, long inserted, long deleted) {}

    /// Removes what a run has staged; what is merged stays.
    void clear();
}
