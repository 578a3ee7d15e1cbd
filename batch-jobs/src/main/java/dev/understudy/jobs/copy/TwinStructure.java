package dev.understudy.jobs.copy;

import dev.understudy.config.JobConfig;
import dev.understudy.config.TwinConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.postgres.NotCarried;
import dev.understudy.postgres.PostgresSessions;
import dev.understudy.postgres.PostgresSource;
import dev.understudy.postgres.PostgresStructure;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.postgres.StructureStatement;
import dev.understudy.postgres.StructureTarget;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The twin's structure: tables before the rows, each table's indexes as soon as its rows are
/// there, everything else at the end.
final class TwinStructure implements AutoCloseable {
    /// From this size on each index of a table is a task of its own, so that a restart repeats one
    /// build and not all.
    private static final long LARGE_BYTES = 64L << 20;

    /// Below this size a table's indexes or a foreign key share a transaction with others.
    private static final long SMALL_BYTES = 1L << 20;

    /// What a statement locks of which nobody knows better.
    private static final Set<String> EVERYTHING = Set.of("everything");

    private final PostgresStructure structure;
    private final Map<TableName, Table> tables = new HashMap<>();
    private final Map<TableName, ForeignKeyLocks> foreignKeys = new HashMap<>();
    private final List<TableName> sourceKeyTables;
    private final StructureLoad load;

    private record ForeignKeyLocks(Map<String, TableName> referenced) {}

    private TwinStructure(
            PostgresStructure structure,
            Plan plan,
            boolean sourceKey,
            PostgresSessions sessions,
            TwinLedger ledger,
            CopyProgress progress,
            int most,
            BooleanSupplier stopping) {
        this.structure = structure;
        var names = new ArrayList<TableName>();
        for (Table table : plan.database().tables()) {
            tables.put(table.name(), table);
            var referenced = new HashMap<String, TableName>();
            table.foreignKeys().forEach(key -> referenced.put(key.name(), key.referenced()));
            foreignKeys.put(table.name(), new ForeignKeyLocks(referenced));
            if (sourceKey && plan.selected().contains(table.name())) {
                names.add(table.name());
            }
        }
        this.sourceKeyTables = List.copyOf(names);
        this.load = new StructureLoad(sessions, ledger, progress, most, stopping);
    }

    static TwinStructure read(
            SourceSide source,
            Plan plan,
            TwinLedger ledger,
            PostgresSessions sessions,
            CopyProgress progress,
            BooleanSupplier stopping,
            JobConfig config) {
        StructureTarget target;
        try (Connection session = sessions.session()) {
            target = StructureTarget.read(session);
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "asking the twin's server what it offers", e);
        }
        try {
            PostgresStructure structure =
                    PostgresStructure.read(
                            ((PostgresSource) source.database()).holder(),
                            plan.selected()::contains,
                            target);
            TwinConfig twin = config.twin().orElseThrow();
            // Each worker keeps a session while it copies.
            int most = Math.max(1, twin.database().connections() - config.tuning().workers());
            return new TwinStructure(
                    structure,
                    plan,
                    twin.sourcePrimaryKey(),
                    sessions,
                    ledger,
                    progress,
                    most,
                    stopping);
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "reading the source's structure", e);
        }
    }

    List<String> notCarried() {
        return structure.notCarried().stream().map(NotCarried::toString).toList();
    }

    /// Everything as SQL, in the order in which it is executed, so that a snapshot of the lake can
    /// be restored.
    List<String> statements() {
        var statements = new ArrayList<String>();
        structure.beforeRows().forEach(each -> statements.add(each.sql()));
        structure.tables().stream()
                .sorted()
                .forEach(table ->
                        structure.afterRows(table).forEach(each -> statements.add(each.sql())));
        structure.afterAllRows().forEach(each -> statements.add(each.sql()));
        return statements;
    }

    /// What the twin is built from, without what changes as rows come and go: sequences' values.
    List<String> definition() {
        return statements().stream()
                .filter(sql -> !sql.startsWith("SELECT pg_catalog.setval"))
                .toList();
    }

    /// Creates everything that rows need. Not restartable by itself: a twin in which it did not end
    /// is made anew.
    void createTables() throws InterruptedException {
        List<StructureStatement> all = structure.beforeRows();
        int at = 0;
        while (at < all.size()) {
            int from = at;
            boolean alone = all.get(from).alone();
            while (at < all.size() && all.get(at).alone() == alone) {
                at++;
            }
            List<StructureLoad.Step> steps = steps("begin ", from, all.subList(from, at));
            load.submit(alone ? sideBySide(steps) : inOrder(steps));
            load.await();
        }
        load.submit(inOrder(sourceKeys()));
        load.await();
    }

    private static List<StructureLoad.Step> steps(
            String prefix, int offset, List<StructureStatement> statements) {
        var steps = new ArrayList<StructureLoad.Step>();
        for (StructureStatement each : statements) {
            steps.add(
                    new StructureLoad.Step(
                            prefix + (offset + steps.size()),
                            each.kind() + " " + each.object(),
                            each.sql()));
        }
        return steps;
    }

    // A table may take several statements.
    private static List<StructureLoad.Task> sideBySide(List<StructureLoad.Step> steps) {
        var tasks = new ArrayList<StructureLoad.Task>();
        int at = 0;
        while (at < steps.size()) {
            int from = at;
            String what = steps.get(from).what();
            while (at < steps.size() && steps.get(at).what().equals(what)) {
                at++;
            }
            tasks.add(new StructureLoad.Task(Set.of(), steps.subList(from, at), true));
        }
        return tasks;
    }

    private static List<StructureLoad.Task> inOrder(List<StructureLoad.Step> steps) {
        var tasks = new ArrayList<StructureLoad.Task>();
        for (int from = 0; from < steps.size(); from += StructureLoad.MOST_STEPS) {
            int to = Math.min(steps.size(), from + StructureLoad.MOST_STEPS);
            tasks.add(new StructureLoad.Task(EVERYTHING, steps.subList(from, to), false));
        }
        return tasks;
    }

    // Partitions and children inherit the column from the table that is named first.
    private List<StructureLoad.Step> sourceKeys() {
        var steps = new ArrayList<StructureLoad.Step>();
        for (TableName name : sourceKeyTables) {
            Table table = java.util.Objects.requireNonNull(tables.get(name));
            if (table.parents().isEmpty()) {
                String what = SourceKeyColumn.NAME + " of " + name;
                steps.add(
                        new StructureLoad.Step(
                                what,
                                what,
                                "ALTER TABLE "
                                        + name.quoted()
                                        + " ADD COLUMN "
                                        + SourceKeyColumn.NAME
                                        + " pg_catalog.text"));
            }
        }
        return steps;
    }

    /// Starts what comes after the rows of a table.
    void tableDone(TableName name) {
        load.submit(afterRows(name));
    }

    private List<StructureLoad.Task> afterRows(TableName name) {
        var statements = new ArrayList<>(structure.afterRows(name));
        Table table = tables.get(name);
        if (sourceKeyTables.contains(name) && table != null && !table.partitioned()) {
            statements.add(
                    new StructureStatement(
                            "index",
                            name + "." + SourceKeyColumn.NAME,
                            java.util.Optional.of(name),
                            false,
                            "CREATE INDEX ON "
                                    + name.quoted()
                                    + " ("
                                    + SourceKeyColumn.NAME
                                    + ")"));
        }
        if (statements.isEmpty()) {
            return List.of();
        }
        List<StructureLoad.Step> steps = steps("table " + name + " ", 0, statements);
        Set<String> locks = Set.of(name.toString());
        if (table == null || table.bytes() < LARGE_BYTES) {
            return List.of(new StructureLoad.Task(locks, steps, isSmall(table)));
        }
        return steps.stream()
                .map(step -> new StructureLoad.Task(locks, List.of(step), false))
                .toList();
    }

    private static boolean isSmall(@Nullable Table table) {
        return table != null && !table.partitioned() && table.bytes() < SMALL_BYTES;
    }

    /// Waits for the indexes, then adds everything else but row security: foreign keys side by
    /// side, the rest in its order.
    void finish() throws InterruptedException {
        for (TableName name : structure.tables()) {
            load.submit(afterRows(name));
        }
        load.await();
        List<StructureStatement> rest =
                structure.afterAllRows().stream().filter(each -> !isRowSecurity(each)).toList();
        int at = 0;
        while (at < rest.size()) {
            int from = at;
            boolean keys = isForeignKey(rest.get(from));
            while (at < rest.size() && isForeignKey(rest.get(at)) == keys) {
                at++;
            }
            List<StructureStatement> some = rest.subList(from, at);
            List<StructureLoad.Step> steps = steps("end ", from, some);
            load.submit(keys ? foreignKeys(some, steps) : inOrder(steps));
            load.await();
        }
        load.checkNothingLost();
    }

    /// Lets policies filter rows where the source's do, and marks the twin as complete: in one
    /// transaction, because from then on even its owner may not see all rows and could not check
    /// them again.
    ///
    /// @param stamp the statement that marks it
    void complete(String stamp) throws InterruptedException {
        var steps = new ArrayList<StructureLoad.Step>();
        steps.addAll(
                steps(
                        "row security ",
                        0,
                        structure.afterAllRows().stream()
                                .filter(TwinStructure::isRowSecurity)
                                .toList()));
        String what = "marking it as complete";
        steps.add(new StructureLoad.Step("stamp", what, stamp));
        // Waits for the disk, and takes all earlier commits with it.
        steps.add(new StructureLoad.Step("durable", what, "SET LOCAL synchronous_commit = on"));
        load.submit(List.of(new StructureLoad.Task(EVERYTHING, steps, false)));
        load.await();
    }

    private static boolean isRowSecurity(StructureStatement statement) {
        return statement.kind().equals(StructureStatement.ROW_SECURITY);
    }

    private static boolean isForeignKey(StructureStatement statement) {
        return statement.kind().equals("foreign key");
    }

    private List<StructureLoad.Task> foreignKeys(
            List<StructureStatement> statements, List<StructureLoad.Step> steps) {
        var tasks = new ArrayList<StructureLoad.Task>();
        for (int i = 0; i < steps.size(); i++) {
            StructureStatement each = statements.get(i);
            boolean small = each.table().map(name -> isSmall(tables.get(name))).orElse(false);
            tasks.add(new StructureLoad.Task(locks(each), List.of(steps.get(i)), small));
        }
        return tasks;
    }

    // A foreign key locks both of its tables; with partitions that is both trees.
    private Set<String> locks(StructureStatement statement) {
        var locks = new HashSet<String>();
        statement
                .table()
                .ifPresent(table -> {
                    locks.add(root(table).toString());
                    ForeignKeyLocks keys = foreignKeys.get(table);
                    if (keys != null) {
                        // The object's name may be qualified by the table's; when in doubt, all
                        // that the table references.
                        keys.referenced()
                                .forEach((name, referenced) -> {
                                    if (statement.object().endsWith(name)) {
                                        locks.add(root(referenced).toString());
                                    }
                                });
                        if (locks.size() == 1) {
                            keys.referenced()
                                    .values()
                                    .forEach(referenced -> locks.add(root(referenced).toString()));
                        }
                    }
                });
        return locks.isEmpty() ? EVERYTHING : locks;
    }

    private TableName root(TableName name) {
        Table table = tables.get(name);
        return table == null ? name : table.partitionRoot().orElse(name);
    }

    @Override
    public void close() {
        load.close();
    }
}
