package dev.understudy.twin;

import dev.understudy.preflight.Finding;
import dev.understudy.schema.PortableStructure;
import dev.understudy.source.SourceDatabase;
import java.util.List;
import java.util.Optional;

/// The databases of a twin: the live one, and the sibling beside it that a run loads and that takes
/// its name at the end. One thread.
///
/// Every method throws {@link dev.understudy.rows.Failure} of kind TARGET.
public interface TwinDatabase {
    /// How far a run's twin has come.
    enum State {
        /// Nothing is there yet.
        ABSENT,
        /// The sibling is there and takes rows.
        LOADING,
        /// The sibling is complete and checked; only publishing is missing.
        READY,
        /// In its place.
        LIVE
    }

    State state();

    /// Whether the source is of another engine: the twin gets what any engine can have of its
    /// structure, and partitions' rows lie in one table.
    boolean isForeign(SourceDatabase source);

    /// What a twin of this engine could not hold, found without asking its server.
    ///
    /// @param structure of a source that is {@link #isForeign}
    List<NotHeld> notHeld(PortableStructure structure);

    /// What the run that made the live twin wrote on it; empty if no run has made it.
    Optional<String> receipt();

    /// Says what is missing before anything is done: the right to make and replace databases, and a
    /// live twin that Understudy made itself, because publishing drops it.
    void checkReplaceable();

    /// Looks, before a run, at what it will depend on: privileges, the server, its settings, who
    /// uses the live twin. Changes nothing.
    List<Finding> preflight(TwinNeeds needs);

    /// Creates the empty sibling; what a former attempt left there is dropped.
    ///
    /// @return what of the source's own settings could not be carried
    List<String> create(SourceDatabase source);

    /// Opens the sibling.
    LoadingTwin load(int mostSessions);

    /// Puts the sibling in the place of the live twin. Nothing may hold a session on the sibling.
    /// Readers see the old twin or the new one; if it fails, the live twin is as it was, and it can
    /// be done again.
    void publish();

    /// Makes the live twin's statistics, where its server does not keep them by itself: without
    /// them the first queries are planned blindly.
    default void analyze() {}

    /// Drops the twin that was replaced, if it is still there.
    void dropRetired();

    /// Drops the sibling, if it is there: the run is given up.
    void dropSibling();
}
