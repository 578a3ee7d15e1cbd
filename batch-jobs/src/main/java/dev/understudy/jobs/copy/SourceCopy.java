package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.ChosenRows;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.TwinChange.Merged;
import dev.understudy.twin.TwinDatabase.State;
import dev.understudy.twin.TwinSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one execution of a run does with one of its sources: the outputs that it loads, and the
/// ledger that says how far they are.
final class SourceCopy implements AutoCloseable {
    private final SourceConfig config;
    private final SourceDatabase database;
    private final Instant taken;
    private final SourceSide sources;
    private final RunId run;
    private final CopyRun copy;
    private final OutputMaking output;
    private @Nullable Ledger ledger;
    private int snapshotNumber = 1;
    private State state = State.ABSENT;

    SourceCopy(
            SourceConfig config,
            SourceSide sources,
            RunId run,
            long fence,
            RunMode mode,
            CopyRun copy) {
        this.config = config;
        this.sources = sources;
        this.database = sources.source(config.name()).database();
        this.taken = sources.source(config.name()).taken();
        this.run = run;
        this.copy = copy;
        output = making(mode, fence);
    }

    private OutputMaking making(RunMode mode, long fence) {
        var positions = new Positions(sources, config, run);
        if (config.twin().isEmpty()) {
            return new LakeAlone(config, sources, mode, copy, positions);
        }
        var json = new LedgerJson(new Sealer(sources.keys()));
        return switch (mode) {
            case WHOLE -> new WholeTwin(config, database, copy, json, run, fence, positions);
            case CHANGES -> new ChangedTwin(config, sources, copy, json, run, fence, positions);
        };
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
        List<String> notCarried = output.notCarried();
        return config.name().isEmpty()
                ? List.copyOf(notCarried)
                : notCarried.stream().map(each -> config.name() + ": " + each).toList();
    }

    /// What makes this run, or the deltas after it, slower than could be, and what of the structure
    /// has changed.
    List<Problem> warnings() {
        var warnings = new ArrayList<>(output.warnings());
        output.deltaRows().ifPresent(each -> warnings.addAll(each.scope().warnings()));
        Map<TableName, List<Column>> watermarks = sources.plan().watermarks(config.name());
        sources.plan().tables(config.name()).stream()
                .filter(each -> each.table().bytes() < Windows.LARGE_BYTES)
                .forEach(each -> watermarks.remove(each.name().local()));
        database.withoutIndex(watermarks)
                .forEach((table, columns) ->
                        warnings.add(
                                Problem.warning(
                                        "watermark-without-index",
                                        copy.config()
                                                .delta()
                                                .orElseThrow()
                                                .watermarks()
                                                .getFirst()
                                                .where(),
                                        "%s: no index begins with %s, so every delta reads the whole table to find what has changed"
                                                .formatted(
                                                        table.in(config.name()),
                                                        String.join(", ", columns)),
                                        "have it indexed in the source: CREATE INDEX ON %s (%s)"
                                                .formatted(table, columns.getFirst()))));
        return warnings;
    }

    /// Tables that were loaded in full where others were changed, and why.
    Map<TableName, String> reloads() {
        return output.deltaRows().map(each -> each.scope().reloads()).orElse(Map.of());
    }

    /// Whether the rows of a table go into the lake when all of them are in the twin.
    boolean lakeFollows(TableName table) {
        return output.lakeFollows(table.local());
    }

    /// How many rows of a table have come to the twin besides those that were copied.
    long missed(TableName table) {
        return output.missed(table.local());
    }

    /// What the run has met that the user should know.
    List<Problem> found() {
        return output.found();
    }

    /// What was done to the tables of a twin that was changed.
    List<Merged> merged() {
        return output.merged();
    }

    /// The table that takes a table's rows.
    TableName into(Table table) {
        return output.into(table);
    }

    /// The condition that rows of a table must meet, if not all of them come; known once it is
    /// prepared.
    Optional<String> condition(TableName table) {
        return output.deltaRows().flatMap(each -> each.condition(table.local()));
    }

    /// Whether any row of a table may have to be copied; known once it is prepared.
    boolean reads(TableName table) {
        return output.deltaRows().map(each -> each.reads(table.local())).orElse(true);
    }

    void tableDone(TableName table, long rows) {
        output.tableDone(table.local(), rows);
    }

    /// Makes what comes after all rows.
    void finishStructure() throws InterruptedException {
        output.finish();
    }

    boolean hasTwin() {
        return config.twin().isPresent();
    }

    TwinSessions twinSessions() {
        return output.sessions();
    }

    /// What the lake's next version says of where the next run of this source goes on.
    Optional<String> lakePosition() {
        return output.lakePosition();
    }

    /// The twin's structure as SQL; empty without a twin.
    List<String> statements() {
        return output.statements();
    }

    Ledger ledger() {
        return Objects.requireNonNull(ledger, "prepare() comes first");
    }

    /// Looks how far the output is.
    ///
    /// @return whether an earlier execution has completed the twin, which it does once everything
    ///   of all sources is checked
    boolean isTwinComplete() {
        state = output.state();
        return state == State.READY || state == State.LIVE;
    }

    /// Makes the output ready for rows, or finds it so.
    void prepare(boolean resumed) throws InterruptedException {
        boolean begun = state == State.LOADING;
        if (!begun && resumed) {
            throw copy.lost();
        }
        sources.config()
                .delta()
                .filter(_ -> !sources.plan().watermarks(config.name()).isEmpty())
                .ifPresent(delta -> {
                    // Refuses now what could not be noted at the end.
                    database.marks(Map.of(), delta.overlap(), delta.longestTransaction());
                });
        ledger = output.prepare(begun);
        state = State.LOADING;
    }

    /// Notes the splits of the whole run, unless an earlier execution has; checks that the source
    /// is what it was then.
    void begin(List<Split> splits, boolean resumed, @Nullable LakeOutput lake) {
        String fingerprint = fingerprint(lake);
        if (ledger().splits().isEmpty()) {
            if (resumed) {
                throw copy.lost();
            }
            boolean deltas = copy.config().delta().isPresent();
            ledger().begin(splits, fingerprint, deltas ? output.positions() : Map.of());
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
            if (!table.rows().equals(ChosenRows.ALL)) {
                text.append(table.rows());
            }
            if (lake != null) {
                text.append(lake.textColumns(table.lakeTable()));
            }
            text.append('\n');
        }
        output.definition().forEach(each -> text.append(each).append('\n'));
        return Sha256.hex(text);
    }

    /// A session where rows are written, in a transaction; null without a twin.
    @Nullable Connection openTwin() {
        if (!hasTwin()) {
            return null;
        }
        Connection session = output.sessions().session();
        try {
            session.setAutoCommit(false);
            return session;
        } catch (SQLException e) {
            throw output.sessions().failure("opening a session of the twin", e);
        }
    }

    /// Marks the twin as complete, if it is not yet. From then on the run only goes forward.
    ///
    /// @param receipt what the twin is, for whoever looks at it
    void complete(String receipt, @Nullable LakeOutput lake) {
        if (!hasTwin() || state == State.READY || state == State.LIVE) {
            return;
        }
        if (state == State.ABSENT) {
            throw copy.lost();
        }
        // An earlier execution may have completed others and died before this one.
        Optional<TwinLedger> reopened = output.reopen();
        if (reopened.isPresent()) {
            ledger = reopened.get();
            checkFingerprint(fingerprint(lake));
        }
        output.complete(receipt);
        state = State.READY;
    }

    /// Puts the twin in its place, if it is not there yet.
    void publish() {
        if (state != State.READY) {
            return;
        }
        output.publish();
        state = State.LIVE;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    /// Removes what publishing has left.
    void clean() {
        output.clean();
    }

    @Override
    public void close() {
        output.close();
    }
}
