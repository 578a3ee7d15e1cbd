package dev.understudy.jobs.copy;

import dev.understudy.config.ColumnPattern;
import dev.understudy.config.DeltaConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.change.Changes;
import dev.understudy.jobs.copy.Positions.Position;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.lake.Change;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Key;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.ChangedStructure;
import dev.understudy.twin.StagedTable;
import dev.understudy.twin.StagingTwin;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.TwinChange;
import dev.understudy.twin.TwinChange.Merged;
import dev.understudy.twin.TwinDatabase.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The live twin, brought up to where the source is: what may have changed is staged in it, what is
/// gone is found by comparing keys, and one transaction merges both.
///
/// What is staged belongs to one execution: another one has another point in time, and rows of both
/// would not fit together. It stages anew, from the same marks, until everything is staged and
/// checked; from then on it only merges.
///
/// Where the twin cannot be brought up to date so, a {@link dev.understudy.rows.Failure} of kind
/// MISMATCH says why.
final class ChangedTwin implements OutputMaking {
    private static final Logger LOG = LoggerFactory.getLogger(ChangedTwin.class);

    private static final int BLOCK_BYTES = 1 << 18;
    private static final int BLOCK_ROWS = 8192;

    private final SourceConfig config;
    private final SourceSide sources;
    private final SourceDatabase database;
    private final CopyRun copy;
    private final LedgerJson json;
    private final RunId run;
    private final long fence;
    private final Positions positions;
    private final TwinChange twin;
    private final Map<TableName, StagedTable> staged = new LinkedHashMap<>();
    private @Nullable StagingTwin staging;
    private @Nullable TwinLedger ledger;
    private @Nullable Blueprint blueprint;
    private final Map<TableName, Long> missed = new TreeMap<>();
    private List<Merged> merged = List.of();
    private @Nullable DeltaRows rows;

    ChangedTwin(
            SourceConfig config,
            SourceSide sources,
            CopyRun copy,
            LedgerJson json,
            RunId run,
            long fence,
            Positions positions) {
        this.config = config;
        this.sources = sources;
        database = sources.source(config.name()).database();
        this.copy = copy;
        this.json = json;
        this.run = run;
        this.fence = fence;
        this.positions = positions;
        twin = Engines.change(config.twin().orElseThrow().database(), run);
    }

    /// What the last run has left in a source's twin.
    ///
    /// @throws dev.understudy.rows.Failure of kind MISMATCH if the twin has to be made anew, as far
    ///   as that can be said without looking closer
    static String written(SourceConfig config, SourceDatabase database, RunId run) {
        TwinChange change = Engines.change(config.twin().orElseThrow().database(), run);
        if (change.isForeign(database)) {
            throw DeltaScope.impossible("the twin is of another engine than its source");
        }
        return change.position()
                .orElseThrow(() ->
                        DeltaScope.impossible("no run of a job with deltas has made the twin"))
                .content();
    }

    @Override
    public State state() {
        return twin.state();
    }

    @Override
    public TwinLedger prepare(boolean begun) {
        Position position = Positions.read(written(config, database, run), sources.keys());
        int sessions = Math.max(2, config.twin().orElseThrow().database().connections());
        staging = twin.open(sessions);
        blueprint = staging.blueprint(database, copy.plan().selectedOf(config.name()));
        TwinStructure.checkTables(config, copy.plan(), blueprint);
        var decided =
                new DeltaScope(
                        sources,
                        config,
                        copy.lake(),
                        position,
                        sources.left().isEmpty()
                                ? positions.describe(blueprint)
                                : position.description(),
                        copy.asked());
        decided.decide(() -> sessions().whyNotRestructured(database));
        decided.changes()
                .all()
                .forEach(each -> LOG.info("{}#{} {}", copy.config().job(), run.number(), each));
        rows = new DeltaRows(decided, positions, database);
        plan(rows);
        twin.clear();
        ledger = TwinLedger.open(staging, json, run.number(), fence);
        staging.stage(List.copyOf(staged.values()));
        return ledger;
    }

    private Changes changes() {
        return rows().scope().changes();
    }

    private DeltaRows rows() {
        return Objects.requireNonNull(rows, "prepare() comes first");
    }

    @Override
    public Optional<DeltaRows> deltaRows() {
        return Optional.ofNullable(rows);
    }

    private List<TableCopy> tables() {
        return copy.plan().tables(config.name());
    }

    private void plan(DeltaRows read) {
        DeltaScope decided = read.scope();
        boolean sourceKey = config.sourcePrimaryKey();
        for (TableCopy table : ParentsFirst.of(tables(), copy.plan().database())) {
            TableName name = table.name().local();
            var columns = new ArrayList<String>();
            table.columns().forEach(each -> columns.add(each.column().name()));
            if (sourceKey) {
                columns.add(SourceKeyColumn.NAME);
            }
            List<String> key =
                    decided.isAnew(table)
                            ? List.of()
                            : table.orderKey().map(Key::columns).orElse(List.of());
            boolean changed = read.condition(name).isPresent();
            staged.put(
                    name,
                    new StagedTable(
                            staged.size() + 1,
                            name,
                            columns,
                            key,
                            !changed
                                    ? StagedTable.Rows.ALL
                                    : read.reads(name)
                                            ? StagedTable.Rows.CHANGED
                                            : StagedTable.Rows.NONE,
                            decided.changes().none() ? List.of() : types(table, sourceKey),
                            changed && sweeps() ? table.checksumColumns(delta()) : List.of()));
        }
    }

    // The source's, as the twin's own become those.
    private static List<ColumnType> types(TableCopy table, boolean sourceKey) {
        var types = new ArrayList<ColumnType>();
        table.columns().forEach(each -> types.add(each.column().type()));
        if (sourceKey) {
            types.add(SourceKeyColumn.TYPE);
        }
        return types;
    }

    @Override
    public StagingTwin sessions() {
        return Objects.requireNonNull(staging, "prepare() comes first");
    }

    @Override
    public List<String> definition() {
        return TwinStructure.definition(Objects.requireNonNull(blueprint));
    }

    @Override
    public List<String> statements() {
        if (!sources.left().isEmpty()) {
            return List.of(); // those of the version before
        }
        return Objects.requireNonNull(blueprint).all().stream()
                .map(StructureStatement::sql)
                .toList();
    }

    /// The lake gets only what differs from the twin, and rows that are read again mostly do not.
    @Override
    public boolean lakeFollows(TableName table) {
        StagedTable into = staged.get(table);
        return copy.lake() != null
                && into != null
                && into.rows() == StagedTable.Rows.CHANGED
                && sessions().tellsDiffering(into)
                && givesBack(copy.target(table.in(config.name())).table());
    }

    /// Whether the twin gives back rows of a table as they were sent: whose masked values it takes
    /// as they are.
    static boolean givesBack(TableCopy table) {
        return table.columns().stream()
                .allMatch(each -> each.kept() || isTakenAsItIs(each.column().type()));
    }

    private static boolean isTakenAsItIs(ColumnType type) {
        ColumnType plain = type.underlying();
        return switch (plain.name()) {
            case "bool", "int2", "int4", "int8", "float4", "float8" -> true;
            case "text", "varchar", "uuid", "bytea", "date" -> true;
            case "timestamp", "timestamptz" -> plain.modifier() < 0;
            default -> false;
        };
    }

    @Override
    public void tableDone(TableName table, long rows) {
        if (rows == 0) {
            return;
        }
        StagedTable into = Objects.requireNonNull(staged.get(table), table.name());
        sessions().analyze(into);
        if (lakeFollows(table)) {
            upsertInLake(into, sessions()::differing);
        }
    }

    /// Opens a reader of a table's rows.
    private interface Opening {
        RowReader open(
                Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes)
                throws SQLException;
    }

    private void upsertInLake(StagedTable table, Opening some) {
        TableTarget target = copy.target(table.table().in(config.name()));
        RowShape shape = target.written();
        var rows = new RowBatch(shape, 1 << 12);
        try (LakeChangeWriter upserts =
                        Objects.requireNonNull(copy.lake()).changes(target, Change.Op.UPSERT);
                Connection session = sessions().session();
                RowReader reader = some.open(session, table, shape, BLOCK_ROWS, BLOCK_BYTES)) {
            while (!reader.isAtEnd()) {
                rows.clear(shape);
                reader.read(rows);
                upserts.write(rows);
            }
            upserts.finish();
        } catch (SQLException e) {
            throw sessions().failure("reading what differs from the twin", e);
        }
    }

    @Override
    public void finish() throws InterruptedException {
        if (!sweeps()) {
            return;
        }
        copy.progress().enter(Phase.SWEEP);
        try (var sweep = new Sweep(copy, config, database, sessions())) {
            List<StagedTable> tables =
                    staged.values().stream()
                            .filter(each -> each.rows() != StagedTable.Rows.ALL)
                            .toList();
            for (StagedTable table : sweep.suspects(tables)) {
                copy.progress().doing(table.table().toString());
                sweep(sweep, table);
            }
        }
    }

    private void sweep(Sweep sweep, StagedTable table) throws InterruptedException {
        Sweep.Found found = sweep.table(table);
        if (found.missed() > 0) {
            missed.put(table.table(), found.missed());
            if (copy.lake() != null) {
                upsertInLake(table, sessions()::missed);
            }
        }
        if (found.gone() > 0) {
            deleteInLake(table);
        }
    }

    @Override
    public long missed(TableName table) {
        return missed.getOrDefault(table, 0L);
    }

    private DeltaConfig delta() {
        return copy.config().delta().orElseThrow();
    }

    private boolean sweeps() {
        return delta().sweep() || copy.asked().sweep();
    }

    private void deleteInLake(StagedTable table) {
        LakeOutput lake = copy.lake();
        if (lake == null) {
            return;
        }
        TableTarget target = copy.target(table.table().in(config.name()));
        var shape = new RowShape(target.read().table(), target.keyColumns());
        var keys = new RowBatch(shape, 1 << 12);
        var rows = new RowBatch(target.written(), 1 << 12);
        try (LakeChangeWriter deletes = lake.changes(target, Change.Op.DELETE);
                Connection session = sessions().session();
                RowReader reader =
                        sessions().gone(session, table, shape, BLOCK_ROWS, BLOCK_BYTES)) {
            while (!reader.isAtEnd()) {
                keys.clear(shape);
                reader.read(keys);
                rows.clear(target.written());
                KeyRows.widen(keys, rows);
                deletes.write(rows);
            }
            deletes.finish();
        } catch (SQLException e) {
            throw sessions().failure("reading the keys that are gone", e);
        }
    }

    @Override
    public List<String> notCarried() {
        return blueprint == null || !sources.left().isEmpty()
                ? List.of()
                : blueprint.notCarried().stream().map(Object::toString).toList();
    }

    @Override
    public Map<String, Positions.OfTable> positions() {
        return rows().positions();
    }

    @Override
    public void complete(String receipt) {
        List<StructureStatement> numbers =
                Objects.requireNonNull(blueprint).afterAllRows().stream()
                        .filter(each -> each.kind().equals(StructureStatement.NEXT_NUMBER))
                        .filter(this::isInTwin)
                        .toList();
        DeltaScope decided = rows().scope();
        TwinLedger own = Objects.requireNonNull(ledger);
        String next = positions.content(decided.now(), own.positions(), copy.snapshots());
        try (Connection session = sessions().session()) {
            session.setAutoCommit(false);
            own.checkFence(session);
            if (!changes().none()) {
                sessions().restructure(session, structure());
            }
            sessions().complete(session, receipt, next, numbers);
            session.commit();
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw sessions().failure("marking what is staged as complete", e);
        }
    }

    // Where the structure stays as it is, a sequence may be missing.
    private boolean isInTwin(StructureStatement number) {
        return sources.left().isEmpty()
                || number.table().isPresent()
                || rows().scope().now().others().stream()
                        .anyMatch(each -> each.name().equals(number.object()));
    }

    private ChangedStructure structure() {
        return new ChangedStructure(
                Objects.requireNonNull(blueprint),
                changes().reload(),
                config.sourcePrimaryKey() ? Optional.of(SourceKeyColumn.NAME) : Optional.empty());
    }

    /// Rows that had come or changed although their times had not.
    @Override
    public List<Problem> found() {
        return missed.entrySet().stream()
                .flatMap(each -> {
                    StagedTable table = Objects.requireNonNull(staged.get(each.getKey()));
                    return warning(table, each.getValue()).stream();
                })
                .toList();
    }

    private Optional<Problem> warning(StagedTable table, long rows) {
        TableName name = table.table().in(config.name());
        if (!table.checked().isEmpty()) {
            return Optional.of(
                    missedByWatermarks(
                            delta().checksums(),
                            "%s: rows that had changed although their times had not: %,d; they were copied by their checksum columns"
                                    .formatted(name, rows),
                            "find out what writes them without moving a watermark: what it changes in masked columns alone is not seen"));
        }
        // Rows come under a condition as time goes by, or as other tables change.
        return copy.target(name).table().conditions().isEmpty()
                ? Optional.of(
                        missedByWatermarks(
                                delta().watermarks(),
                                "%s: rows that had come although their times are old: %,d; they were copied by their keys"
                                        .formatted(name, rows),
                                "find out what writes them without moving a watermark, such as ON UPDATE CASCADE: where a key stays as it is, only checksum-columns see it"))
                : Optional.empty();
    }

    private static Problem missedByWatermarks(
            List<ColumnPattern> asked, String what, String remedy) {
        return Problem.warning("missed-by-watermarks", asked.getFirst().where(), what, remedy);
    }

    @Override
    public void publish() {
        close();
        merged = twin.publish();
    }

    @Override
    public List<Merged> merged() {
        return merged;
    }

    @Override
    public void clean() {
        twin.clear();
    }

    @Override
    public void close() {
        if (staging != null) {
            staging.close();
            staging = null;
        }
    }
}
