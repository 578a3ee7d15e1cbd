package dev.understudy.jobs.copy;

import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.rows.Failure;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.StructureStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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

    private final LoadingTwin twin;
    private final Blueprint blueprint;
    private List<NotCarried> refused = List.of();
    private final boolean foreign;
    private final Map<TableName, Table> tables = new HashMap<>();
    private final Map<TableName, ForeignKeyLocks> foreignKeys = new HashMap<>();
    private final List<TableName> sourceKeyTables;
    private final TwinLedger ledger;
    private final StructureLoad load;

    private record ForeignKeyLocks(Map<String, TableName> referenced) {}

    /// @param foreign whether the source is of another engine
    /// @param load closed together with this
    TwinStructure(
            SourceConfig source,
            Plan plan,
            boolean foreign,
            LoadingTwin twin,
            Blueprint blueprint,
            TwinLedger ledger,
            StructureLoad load) {
        this.foreign = foreign;
        this.twin = twin;
        this.blueprint = blueprint;
        this.ledger = ledger;
        this.load = load;
        var names = new ArrayList<TableName>();
        boolean sourceKey = source.sourcePrimaryKey();
        for (Table each : plan.database().tables()) {
            if (!each.name().source().equals(source.name())) {
                continue;
            }
            Table table = each.in("");
            tables.put(table.name(), table);
            var referenced = new HashMap<String, TableName>();
            table.foreignKeys().forEach(key -> referenced.put(key.name(), key.referenced()));
            foreignKeys.put(table.name(), new ForeignKeyLocks(referenced));
            if (sourceKey && plan.selected().contains(each.name())) {
                names.add(table.name());
            }
        }
        this.sourceKeyTables = List.copyOf(names);
    }

    /// Checks that there is a place for all rows.
    static void checkTables(SourceConfig source, Plan plan, Blueprint blueprint) {
        List<NotCarried> missing =
                blueprint.missing(
                        plan.tables(source.name()).stream()
                                .filter(each -> !each.structureOnly())
                                .map(each -> each.name().local())
                                .toList());
        if (!missing.isEmpty()) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "twin: tables that cannot be made: %d, the first being %s: %s; make that possible, or list them under tables: exclude"
                            .formatted(
                                    missing.size(),
                                    missing.getFirst().object(),
                                    missing.getFirst().reason()));
        }
    }

    List<String> notCarried() {
        return Stream.of(blueprint.notCarried(), refused)
                .flatMap(List::stream)
                .map(Object::toString)
                .toList();
    }

    /// Everything as SQL, in the order in which it is executed, so that a snapshot of the lake can
    /// be restored.
    List<String> statements() {
        return blueprint.all().stream().map(StructureStatement::sql).toList();
    }

    /// What the twin is built from, without what changes as rows come and go: sequences' values.
    List<String> definition() {
        return definition(blueprint);
    }

    static List<String> definition(Blueprint blueprint) {
        return blueprint.all().stream()
                .filter(each -> !each.kind().equals(StructureStatement.NEXT_NUMBER))
                .map(StructureStatement::sql)
                .toList();
    }

    Blueprint blueprint() {
        return blueprint;
    }

    TwinLedger ledger() {
        return ledger;
    }

    /// Creates everything that rows need. Not restartable by itself: a twin in which it did not end
    /// is made anew.
    void createTables() throws InterruptedException {
        List<StructureStatement> all = blueprint.beforeRows();
        int at = 0;
        while (at < all.size()) {
            int from = at;
            boolean alone = all.get(from).alone();
            while (at < all.size() && all.get(at).alone() == alone) {
                at++;
            }
            List<StructureStep> steps = steps("begin ", from, all.subList(from, at));
            load.submit(alone ? sideBySide(steps) : inOrder(steps));
            load.await();
        }
        load.submit(inOrder(sourceKeys()));
        load.await();
    }

    private static List<StructureStep> steps(
            String prefix, int offset, List<StructureStatement> statements) {
        var steps = new ArrayList<StructureStep>();
        for (StructureStatement each : statements) {
            steps.add(new StructureStep(prefix + (offset + steps.size()), each));
        }
        return steps;
    }

    // A table may take several statements.
    private static List<StructureLoad.Task> sideBySide(List<StructureStep> steps) {
        var tasks = new ArrayList<StructureLoad.Task>();
        int at = 0;
        while (at < steps.size()) {
            int from = at;
            String what = steps.get(from).statement().what();
            while (at < steps.size() && steps.get(at).statement().what().equals(what)) {
                at++;
            }
            tasks.add(new StructureLoad.Task(Set.of(), steps.subList(from, at), true));
        }
        return tasks;
    }

    private static List<StructureLoad.Task> inOrder(List<StructureStep> steps) {
        var tasks = new ArrayList<StructureLoad.Task>();
        for (int from = 0; from < steps.size(); from += StructureLoad.MOST_STEPS) {
            int to = Math.min(steps.size(), from + StructureLoad.MOST_STEPS);
            tasks.add(new StructureLoad.Task(EVERYTHING, steps.subList(from, to), false));
        }
        return tasks;
    }

    // Partitions and children inherit the column from the table that is named first; on a foreign
    // engine there are no partitions, and children are tables like others.
    private List<StructureStep> sourceKeys() {
        var steps = new ArrayList<StructureStep>();
        for (TableName name : sourceKeyTables) {
            Table table = java.util.Objects.requireNonNull(tables.get(name));
            if (foreign ? table.partitionRoot().isEmpty() : table.parents().isEmpty()) {
                steps.add(
                        new StructureStep(
                                SourceKeyColumn.NAME + " of " + name,
                                twin.addKeyColumn(name, SourceKeyColumn.NAME)));
            }
        }
        return steps;
    }

    /// Starts what comes after the rows of a table.
    void tableDone(TableName name) {
        load.submit(afterRows(name));
    }

    private List<StructureLoad.Task> afterRows(TableName name) {
        var statements = new ArrayList<>(blueprint.afterRows(name));
        Table table = tables.get(name);
        if (sourceKeyTables.contains(name)
                && table != null
                && (foreign ? table.partitionRoot().isEmpty() : !table.partitioned())) {
            statements.add(twin.indexKeyColumn(name, SourceKeyColumn.NAME));
        }
        if (statements.isEmpty()) {
            return List.of();
        }
        List<StructureStep> steps = steps("table " + name + " ", 0, statements);
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
        for (TableName name : blueprint.tables()) {
            load.submit(afterRows(name));
        }
        load.await();
        List<StructureStatement> rest =
                blueprint.afterAllRows().stream().filter(each -> !isRowSecurity(each)).toList();
        int at = 0;
        while (at < rest.size()) {
            int from = at;
            boolean keys = isForeignKey(rest.get(from));
            while (at < rest.size() && isForeignKey(rest.get(at)) == keys) {
                at++;
            }
            List<StructureStatement> some = rest.subList(from, at);
            List<StructureStep> steps = steps("end ", from, some);
            load.submit(keys ? foreignKeys(some, steps) : inOrder(steps));
            load.await();
        }
        load.checkNothingLost();
    }

    /// Constraints that rows do not meet, for people; known after {@link #finish}.
    List<String> unmet() {
        try (Connection session = twin.session()) {
            return twin.unmet(session).stream().map(Object::toString).toList();
        } catch (SQLException e) {
            throw twin.failure("looking at the twin's foreign keys", e);
        }
    }

    /// Does what comes last of all and marks the twin as complete, in one transaction.
    ///
    /// @param position from which the next run can go on; empty if none will
    void complete(String receipt, Optional<String> position) {
        try (Connection session = twin.session()) {
            session.setAutoCommit(false);
            ledger.checkFence(session);
            refused = twin.complete(session, blueprint, receipt, position);
            session.commit();
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw twin.failure("marking the twin as complete", e);
        }
    }

    private static boolean isRowSecurity(StructureStatement statement) {
        return statement.kind().equals(StructureStatement.ROW_SECURITY);
    }

    private static boolean isForeignKey(StructureStatement statement) {
        return statement.kind().equals("foreign key");
    }

    private List<StructureLoad.Task> foreignKeys(
            List<StructureStatement> statements, List<StructureStep> steps) {
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
        return table == null ? name : table.root();
    }

    @Override
    public void close() {
        load.close();
    }
}
