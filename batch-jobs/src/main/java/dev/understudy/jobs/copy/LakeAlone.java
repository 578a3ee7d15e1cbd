package dev.understudy.jobs.copy;

import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.copy.Positions.Position;
import dev.understudy.lake.Manifest;
import dev.understudy.rows.Failure;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.TwinDatabase.State;
import dev.understudy.twin.TwinSessions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A source without a twin: all its rows go into new files of the lake, or what has changed beside
/// the published ones. Where the next run goes on stands in the lake's version.
///
/// As in a twin, what a delta has written belongs to one execution: another one begins it anew.
/// There is nothing to compare keys with, so rows that are gone are only found where all rows of
/// their table are read.
final class LakeAlone implements OutputMaking {
    private final SourceConfig config;
    private final SourceSide sources;
    private final SourceDatabase database;
    private final RunMode mode;
    private final CopyRun copy;
    private final Positions positions;
    private @Nullable Ledger ledger;
    private @Nullable DeltaRows rows;

    LakeAlone(
            SourceConfig config,
            SourceSide sources,
            RunMode mode,
            CopyRun copy,
            Positions positions) {
        this.config = config;
        this.sources = sources;
        database = sources.source(config.name()).database();
        this.mode = mode;
        this.copy = copy;
        this.positions = positions;
    }

    /// What the last run has left of a source in the lake.
    ///
    /// @throws Failure of kind MISMATCH if a delta cannot go on from it
    static String written(SourceConfig config, LakeOutput lake) {
        Manifest published =
                lake.published()
                        .orElseThrow(() -> DeltaScope.impossible("the lake has no version"));
        if (!lake.hasOurKey(published)) {
            throw DeltaScope.impossible(LakeOutput.OTHER_KEY);
        }
        return lake.position(published, config.name())
                .orElseThrow(() ->
                        DeltaScope.impossible(
                                "no run of a job with deltas has made the lake without a twin"));
    }

    private LakeOutput lake() {
        return Objects.requireNonNull(copy.lake(), "a source without a twin has a lake");
    }

    @Override
    public State state() {
        Ledger found = lake().ledger(config.name());
        ledger = found;
        return found.splits().isEmpty() ? State.ABSENT : State.LOADING;
    }

    @Override
    public Ledger prepare(boolean begun) {
        if (mode == RunMode.CHANGES) {
            lake().dropLedger(config.name());
            ledger = lake().ledger(config.name());
            decide();
        }
        return ledger();
    }

    private Ledger ledger() {
        return Objects.requireNonNull(ledger, "state() comes first");
    }

    private void decide() {
        Position position = Positions.read(written(config, lake()), sources.keys());
        var decided =
                new DeltaScope(
                        sources,
                        config,
                        lake(),
                        position,
                        sources.left().isEmpty() ? positions.describe() : position.description(),
                        copy.asked());
        decided.decide(Optional::empty);
        rows = new DeltaRows(decided, positions, database);
    }

    @Override
    public TwinSessions sessions() {
        throw new IllegalStateException("no twin");
    }

    @Override
    public Optional<DeltaRows> deltaRows() {
        return Optional.ofNullable(rows);
    }

    @Override
    public Map<String, Positions.OfTable> positions() {
        return rows == null ? positions.now(Map.of(), Set.of()) : rows.positions();
    }

    @Override
    public Optional<String> lakePosition() {
        if (copy.config().delta().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                positions.content(
                        rows == null ? positions.describe() : rows.scope().now(),
                        ledger().positions(),
                        copy.snapshots()));
    }
}
