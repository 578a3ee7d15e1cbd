package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.TwinDatabase;
import dev.understudy.twin.TwinDatabase.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one execution of a run does with one of its sources: the twin that it loads, if it has one,
/// and the ledger that says how far it is.
final class SourceCopy implements AutoCloseable {
    private final SourceConfig config;
    private final SourceDatabase database;
    private final Instant taken;
    private final SourceSide sources;
    private final RunId run;
    private final long fence;
    private final CopyRun copy;
    private final List<String> notCarried = new ArrayList<>();
    private final @Nullable TwinDatabase twin;
    private @Nullable LoadingTwin loading;
    private @Nullable Ledger ledger;
    private @Nullable TwinStructure structure;
    private Optional<Problem> slowness = Optional.empty();
    private int snapshotNumber = 1;
    private State state = State.ABSENT;

    SourceCopy(SourceConfig config, SourceSide sources, RunId run, long fence, CopyRun copy) {
        this.config = config;
        this.sources = sources;
        this.database = sources.source(config.name()).database();
        this.taken = sources.source(config.name()).taken();
        this.run = run;
        this.fence = fence;
        this.copy = copy;
        twin = config.twin().map(each -> Engines.twin(each.database(), run)).orElse(null);
    }

    SourceConfig config() {
        return config;
    }

    SourceDatabase database() {
        return database;
    }

    /// The point in time of the rows that this execution reads.
    ConsistencyPoint point() {
        return new ConsistencyPoint(config.name(), snapshotNumber, taken);
    }

    int snapshotNumber() {
        return snapshotNumber;
    }

    List<String> notCarried() {
        return config.name().isEmpty()
                ? List.copyOf(notCarried)
                : notCarried.stream().map(each -> config.name() + ": " + each).toList();
    }

    /// Why its twin is loaded more slowly than could be.
    Optional<Problem> slowness() {
        return slowness;
    }

    /// The twin's table that takes a table's rows: on a foreign engine, partitions have none of
    /// their own.
    TableName into(Table table) {
        return twin != null && twin.isForeign(database)
                ? table.partitionRoot().orElse(table.name())
                : table.name();
    }

    /// Makes what comes after all rows.
    void finishStructure() throws InterruptedException {
        if (structure != null) {
            structure.finish();
            notCarried.addAll(structure.unmet());
        }
    }

    boolean hasTwin() {
        return twin != null;
    }

    LoadingTwin loadingTwin() {
        return Objects.requireNonNull(loading, "no twin");
    }

    @Nullable TwinStructure structure() {
        return structure;
    }

    Ledger ledger() {
        return Objects.requireNonNull(ledger, "prepare() comes first");
    }

    /// Looks how far the twin is.
    ///
    /// @return whether an earlier execution has completed it, which it does once everything of all
    ///   sources is checked
    boolean isTwinComplete() {
        state = twin == null ? State.ABSENT : twin.state();
        return state == State.READY || state == State.LIVE;
    }

    /// Makes the output ready for rows, or finds it so.
    ///
    /// @param shared keeps the ledger of a source without a twin
    void prepare(boolean resumed, @Nullable LakeOutput shared) throws InterruptedException {
        if (twin != null) {
            prepareTwin(twin, resumed);
        } else {
            ledger =
                    Objects.requireNonNull(shared)
                            .ledger(config.name(), new Sealer(sources.keys()));
        }
    }

    private void prepareTwin(TwinDatabase target, boolean resumed) throws InterruptedException {
        boolean exists = state == State.LOADING;
        if (!exists && resumed) {
            throw copy.lost();
        }
        target.checkReplaceable();
        if (!exists) {
            notCarried.addAll(target.create(database));
        }
        TwinLedger opened = openTwin(target);
        if (exists && opened.splits().isEmpty()) {
            // A process died before the structure was complete: nothing of value is in there.
            Objects.requireNonNull(structure).close();
            loadingTwin().close();
            notCarried.addAll(target.create(database));
            exists = false;
            opened = openTwin(target);
        }
        if (!exists) {
            Objects.requireNonNull(structure).createTables();
        }
        state = State.LOADING;
        notCarried.addAll(Objects.requireNonNull(structure).notCarried());
    }

    private TwinLedger openTwin(TwinDatabase target) {
        DatabaseConfig place = config.twin().orElseThrow().database();
        loading = target.load(Math.max(2, place.connections()));
        slowness =
                loading.slowness()
                        .map(why ->
                                Problem.warning(
                                        "slow-loading",
                                        place.where(),
                                        why,
                                        "the twin is the same either way"));
        var opened =
                TwinLedger.open(
                        loading, new LedgerJson(new Sealer(sources.keys())), run.number(), fence);
        ledger = opened;
        structure =
                TwinStructure.read(
                        config,
                        database,
                        sources.plan(),
                        opened,
                        loading,
                        target.isForeign(database),
                        copy.progress(),
                        copy::mustStop,
                        copy.config().tuning().workers());
        return opened;
    }

    /// Notes the splits of the whole run, unless an earlier execution has; checks that the source
    /// is what it was then.
    void begin(List<Split> splits, boolean resumed, @Nullable LakeOutput lake) {
        String fingerprint = fingerprint(lake);
        if (ledger().splits().isEmpty()) {
            if (resumed) {
                throw copy.lost();
            }
            ledger().begin(splits, fingerprint);
        } else {
            checkFingerprint(fingerprint);
        }
        snapshotNumber = ledger().nextSnapshot();
    }

    private void checkFingerprint(String fingerprint) {
        JobConfig job = copy.config();
        if (!ledger().fingerprint().equals(fingerprint)) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the structure of the %s has changed since run %d began, so it cannot go on; start afresh with: understudy run %s --fresh"
                            .formatted(config.title(), run.number(), job.file()));
        }
    }

    // Whatever decides how rows are read and written, and what the twin is built from: an execution
    // that went on with anything else would finish another database than the one that was begun.
    private String fingerprint(@Nullable LakeOutput lake) {
        var text = new StringBuilder();
        // The plan's order follows the tables' sizes, which are estimates and change.
        for (TableCopy table :
                sources.plan().tables(config.name()).stream()
                        .sorted(Comparator.comparing(TableCopy::name))
                        .toList()) {
            text.append(table.name()).append(table.structureOnly()).append(table.orderKey());
            table.columns()
                    .forEach(each ->
                            text.append(each.column()).append(each.rule()).append(each.profile()));
            if (lake != null) {
                text.append(lake.textColumns(table.lakeTable()));
            }
            text.append('\n');
        }
        if (structure != null) {
            structure.definition().forEach(each -> text.append(each).append('\n'));
        }
        return Sha256.hex(text);
    }

    /// A session on the database that is being loaded, in a transaction; null without a twin.
    @Nullable Connection openTwin() {
        if (twin == null) {
            return null;
        }
        Connection session = loadingTwin().session();
        try {
            session.setAutoCommit(false);
            return session;
        } catch (SQLException e) {
            throw loadingTwin().failure("opening a session of the twin", e);
        }
    }

    /// Marks the twin as complete, if it is not yet. From then on the run only goes forward.
    ///
    /// @param receipt what the twin is, for whoever looks at it
    void complete(String receipt, @Nullable LakeOutput lake) {
        if (twin == null || state == State.READY || state == State.LIVE) {
            return;
        }
        if (structure == null && state == State.ABSENT) {
            throw copy.lost();
        }
        if (structure == null) {
            // An earlier execution has completed others and died before this one.
            openTwin(twin);
            checkFingerprint(fingerprint(lake));
        }
        Objects.requireNonNull(structure).complete(receipt);
        state = State.READY;
    }

    /// Puts the twin in its place, if it is not there yet.
    void publish() {
        if (twin == null || state != State.READY) {
            return;
        }
        leaveTwin(twin);
        twin.publish();
        state = State.LIVE;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    // The ledger has served; nothing of ours stays in the twin, and nobody may be connected when it
    // changes its name.
    private void leaveTwin(TwinDatabase target) {
        if (structure != null) {
            structure.close();
        }
        if (loading == null) {
            loading = target.load(1);
        }
        TwinLedger.drop(loading);
        loading.close();
    }

    void dropRetired() {
        if (twin != null) {
            twin.dropRetired();
        }
    }

    @Override
    public void close() {
        try {
            if (structure != null) {
                structure.close();
            }
        } finally {
            if (loading != null) {
                loading.close();
            }
        }
    }
}
