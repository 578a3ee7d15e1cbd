package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.twin.StagedTable;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.TwinChange.Merged;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Merges what is staged beside a live twin into its tables, in one transaction.
///
///     table by table: what is gone is deleted, what differs is updated;
///     then what is staged and not there is inserted
///
/// Where values that are unique wander from one row to another, rows that differ are deleted and
/// inserted again. Foreign keys are switched off meanwhile, so that nothing follows and no order is
/// needed; before the commit, every key is proved that the merge may have broken. What commits by
/// itself happens before the transaction, such that a repetition finds or repeats it.
final class MySqlMerge {
    /// Errors of rows that clash with what is in the twin: duplicates, NULL, checks, partitions.
    private static final Set<Integer> CLASH =
            Set.of(1048, 1062, 1169, 1216, 1217, 1451, 1452, 1526, 1748, 3819, 4025);

    private static final int DUPLICATE = 1062;

    /// While somebody reads a table in a transaction, its triggers cannot be dropped.
    private static final int LOCK_WAIT_SECONDS = 60;

    private static final int OTHER_MERGE_SECONDS = 3600;

    private final MySqlTwin twin;
    private final MySqlSessions sessions;
    private final List<StagedTable> tables = new ArrayList<>();
    private final Map<TableName, RowImages> images = new HashMap<>();
    private final Set<StagedTable> losing = new HashSet<>();
    private Set<String> made = Set.of();
    private boolean foldsNames;

    MySqlMerge(MySqlTwin twin, MySqlSessions sessions) {
        this.twin = twin;
        this.sessions = sessions;
    }

    /// Whether rows of source and twin do not go together.
    static boolean isDrift(SQLException e) {
        return CLASH.contains(e.getErrorCode());
    }

    private record Ready(String receipt, String position) {}

    /// @return empty if an earlier attempt has merged
    List<Merged> merge() throws SQLException {
        try (Connection guard = sessions.session();
                Connection session = sessions.session();
                Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            if (isMerged(statement)) {
                return List.of();
            }
            guard.setAutoCommit(false);
            Ready ready = lock(guard);
            if (isMerged(statement)) {
                return List.of();
            }
            foldsNames = !any(statement, "SELECT 1 WHERE @@lower_case_table_names = 0");
            statement.execute("SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
            readTables(statement);
            goOnNumbering(session);
            noteGone(statement);
            List<ForeignKeys.OfTwin> keys = ForeignKeys.of(statement, twin.live());
            // An earlier attempt may have dropped some and not others.
            MySqlTriggers.restore(statement, twin);
            MySqlTriggers.drop(session, twin, disturbed(statement, keys));
            List<Merged> merged = inTransaction(session, statement, ready, keys);
            MySqlTriggers.restore(statement, twin);
            return merged;
        }
    }

    private boolean isMerged(Statement statement) throws SQLException {
        boolean merged = twin.isStamped(statement, twin.live());
        if (merged) {
            MySqlTriggers.restore(statement, twin);
        }
        return merged;
    }

    // Whoever merges holds this row, so that a process that was overtaken waits, and then finds
    // everything merged.
    private Ready lock(Connection guard) throws SQLException {
        try (var statement = guard.createStatement()) {
            statement.execute("SET SESSION innodb_lock_wait_timeout = " + OTHER_MERGE_SECONDS);
        }
        try (var query =
                guard.prepareStatement(
                        "SELECT receipt, position FROM %s WHERE run = ? FOR UPDATE"
                                .formatted(staging(StagingMySql.READY)))) {
            query.setString(1, twin.run());
            try (var row = query.executeQuery()) {
                if (!row.next()) {
                    throw new Failure(
                            Failure.Kind.TARGET,
                            "what this run has staged is gone; another run changes the twin");
                }
                return new Ready(row.getString(1), row.getString(2));
            }
        }
    }

    private String staging(String table) {
        return MySqlTwin.in(twin.staging(), table);
    }

    private String live(StagedTable table) {
        return MySqlTwin.in(twin.live(), table.table().name());
    }

    private String staged(StagedTable table) {
        return MySqlName.quoted(StagingMySql.staged(twin.staging(), table));
    }

    private String gone(StagedTable table) {
        return MySqlName.quoted(StagingMySql.gone(twin.staging(), table));
    }

    private void readTables(Statement statement) throws SQLException {
        var columns = new HashMap<Integer, List<String>>();
        var keys = new HashMap<Integer, List<String>>();
        try (var rows =
                statement.executeQuery(
                        "SELECT number, name, in_key FROM %s ORDER BY number, position"
                                .formatted(staging(StagingMySql.COLUMNS)))) {
            while (rows.next()) {
                columns.computeIfAbsent(rows.getInt(1), _ -> new ArrayList<>())
                        .add(rows.getString(2));
                if (rows.getBoolean(3)) {
                    keys.computeIfAbsent(rows.getInt(1), _ -> new ArrayList<>())
                            .add(rows.getString(2));
                }
            }
        }
        try (var rows =
                statement.executeQuery(
                        "SELECT number, table_schema, table_name, staged_rows FROM %s ORDER BY number"
                                .formatted(staging(StagingMySql.LIST)))) {
            while (rows.next()) {
                int number = rows.getInt(1);
                tables.add(
                        new StagedTable(
                                number,
                                new TableName(rows.getString(2), rows.getString(3)),
                                columns.getOrDefault(number, List.of()),
                                keys.getOrDefault(number, List.of()),
                                StagedTable.Rows.valueOf(rows.getString(4))));
            }
        }
    }

    // Larger numbers before the rows come harm nobody.
    private void goOnNumbering(Connection session) throws SQLException {
        var statements = new ArrayList<StructureStatement>();
        try (var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT kind, object, statement, done FROM %s ORDER BY position"
                                        .formatted(staging(StagingMySql.STATEMENTS)))) {
            while (rows.next()) {
                statements.add(
                        new StructureStatement(
                                rows.getString(1),
                                rows.getString(2),
                                Optional.empty(),
                                false,
                                List.of(),
                                rows.getString(3),
                                Optional.ofNullable(rows.getString(4))));
            }
        }
        for (StructureStatement each : statements) {
            MySqlStructure.apply(session, each);
        }
    }

    // Of tables that are staged as a whole nobody has looked yet.
    private void noteGone(Statement statement) throws SQLException {
        made = MySqlTwin.tables(statement, twin.staging());
        for (StagedTable table : tables) {
            TableName gone = StagingMySql.gone(twin.staging(), table);
            if (table.rows() == StagedTable.Rows.ALL && !table.key().isEmpty()) {
                statement.execute(StagingMySql.create(twin, gone, table, table.key()));
                statement.execute("DELETE FROM " + gone(table));
                statement.execute(
                        "INSERT INTO %s (%s) SELECT %s FROM %s AS live LEFT JOIN %s AS staged ON %s WHERE %s"
                                .formatted(
                                        gone(table),
                                        StagingMySql.columns("", table.key()),
                                        StagingMySql.columns("live.", table.key()),
                                        live(table),
                                        staged(table),
                                        StagingMySql.sameKey(table.key(), "live", "staged"),
                                        StagingMySql.isMissing(table.key(), "staged")));
                made.add(gone.name());
            }
            if (made.contains(gone.name())
                    && any(statement, "SELECT 1 FROM " + gone(table) + " LIMIT 1")) {
                losing.add(table);
            }
        }
    }

    // Where no row has changed, there may be no room for any.
    private boolean isMade(StagedTable table) {
        return made.contains(StagingMySql.staged(twin.staging(), table).name());
    }

    /// Tables whose triggers would fire.
    private List<String> disturbed(Statement statement, List<ForeignKeys.OfTwin> keys)
            throws SQLException {
        var disturbed = new ArrayList<String>();
        for (String table : MySqlTriggers.tables(statement, twin)) {
            if (changes(statement, table, keys)) {
                disturbed.add(table);
            }
        }
        return disturbed;
    }

    private boolean changes(Statement statement, String name, List<ForeignKeys.OfTwin> keys)
            throws SQLException {
        for (StagedTable table : tables) {
            if (isNamed(table, name) && hasChanges(statement, table)) {
                return true;
            }
        }
        for (ForeignKeys.OfTwin key : keys) {
            Optional<StagedTable> parent = parent(key);
            if (key.table().equals(name)
                    && key.setsNull()
                    && parent.isPresent()
                    && isByKey(key, parent.get())
                    && losing.contains(parent.get())) {
                return true;
            }
        }
        return false;
    }

    // Where small and capital letters are the same, the server writes names its own way.
    private boolean isNamed(StagedTable table, String name) {
        String own = table.table().name();
        return foldsNames ? own.equalsIgnoreCase(name) : own.equals(name);
    }

    private boolean hasChanges(Statement statement, StagedTable table) throws SQLException {
        if (table.key().isEmpty()) {
            return !isSame(statement, table);
        }
        if (losing.contains(table) || !isMade(table)) {
            return losing.contains(table);
        }
        return any(
                statement,
                "SELECT 1 FROM %s AS staged LEFT JOIN %s AS live ON %s WHERE %s OR %s LIMIT 1"
                        .formatted(
                                staged(table),
                                live(table),
                                StagingMySql.sameKey(table.key(), "live", "staged"),
                                StagingMySql.isMissing(table.key(), "live"),
                                differs(statement, table)));
    }

    private static boolean any(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private List<Merged> inTransaction(
            Connection session, Statement statement, Ready ready, List<ForeignKeys.OfTwin> keys)
            throws SQLException {
        readCommitted(session, statement);
        session.setAutoCommit(false);
        try {
            var merged = new ArrayList<Merged>();
            for (StagedTable table : tables) {
                merged.add(
                        table.key().isEmpty() ? replace(statement, table) : rows(statement, table));
            }
            for (ForeignKeys.OfTwin key : keys) {
                setNull(statement, key);
            }
            for (ForeignKeys.OfTwin key : keys) {
                prove(statement, key, merged);
            }
            stamp(session, ready);
            session.commit();
            return merged;
        } finally {
            session.rollback();
            session.setAutoCommit(true);
        }
    }

    // Other rows than those that change are not locked then. A log of statements would not do.
    private static void readCommitted(Connection session, Statement statement) throws SQLException {
        boolean ofStatements =
                any(
                        statement,
                        "SHOW VARIABLES WHERE variable_name = 'binlog_format' AND value = 'STATEMENT'");
        if (!ofStatements) {
            session.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    private void stamp(Connection session, Ready ready) throws SQLException {
        try (var update =
                session.prepareStatement(
                        "UPDATE %s SET run = ?, receipt = ?, position = ?"
                                .formatted(MySqlTwin.in(twin.live(), MySqlTwin.STAMP)))) {
            update.setString(1, twin.run());
            update.setString(2, ready.receipt());
            update.setString(3, ready.position());
            update.executeUpdate();
        }
    }

    private Merged rows(Statement statement, StagedTable table) throws SQLException {
        // The order of the join keeps the server from reading all of a large table.
        long deleted =
                !losing.contains(table)
                        ? 0
                        : statement.executeLargeUpdate(
                                "DELETE live FROM %s AS gone STRAIGHT_JOIN %s AS live ON %s"
                                        .formatted(
                                                gone(table),
                                                live(table),
                                                StagingMySql.sameKey(table.key(), "live", "gone")));
        if (!isMade(table) || !any(statement, "SELECT 1 FROM " + staged(table) + " LIMIT 1")) {
            return new Merged(table, 0, 0, deleted);
        }
        Savepoint before = statement.getConnection().setSavepoint();
        try {
            long updated = statement.executeLargeUpdate(update(statement, table));
            return new Merged(table, updated, insert(statement, table), deleted);
        } catch (SQLException e) {
            if (e.getErrorCode() != DUPLICATE) {
                throw e;
            }
            // A value that is unique has gone from one row to another.
            statement.getConnection().rollback(before);
        }
        long updated =
                statement.executeLargeUpdate(
                        "DELETE live FROM %s WHERE %s"
                                .formatted(joined(table), differs(statement, table)));
        return new Merged(table, updated, insert(statement, table) - updated, deleted);
    }

    private String joined(StagedTable table) {
        return "%s AS staged STRAIGHT_JOIN %s AS live ON %s"
                .formatted(
                        staged(table),
                        live(table),
                        StagingMySql.sameKey(table.key(), "live", "staged"));
    }

    private String update(Statement statement, StagedTable table) throws SQLException {
        return "UPDATE %s SET %s WHERE %s"
                .formatted(
                        joined(table),
                        table.columns().stream()
                                .map(MySqlName::quote)
                                .map(each -> "live." + each + " = staged." + each)
                                .collect(Collectors.joining(", ")),
                        differs(statement, table));
    }

    private long insert(Statement statement, StagedTable table) throws SQLException {
        return statement.executeLargeUpdate(
                "INSERT INTO %s (%s) SELECT %s FROM %s AS staged LEFT JOIN %s AS live ON %s WHERE %s"
                        .formatted(
                                live(table),
                                StagingMySql.columns("", table.columns()),
                                StagingMySql.columns("staged.", table.columns()),
                                staged(table),
                                live(table),
                                StagingMySql.sameKey(table.key(), "live", "staged"),
                                StagingMySql.isMissing(table.key(), "live")));
    }

    /// The condition that a live row is not as the staged one.
    private String differs(Statement statement, StagedTable table) throws SQLException {
        return images(statement, table).differ(table.columns(), "live", "staged");
    }

    private RowImages images(Statement statement, StagedTable table) throws SQLException {
        RowImages known = images.get(table.table());
        if (known == null) {
            known =
                    RowImages.of(
                            statement.getConnection(),
                            new TableName(twin.live(), table.table().name()));
            images.put(table.table(), known);
        }
        return known;
    }

    // Rows without a key have no identity: the table is as it was, or it is filled anew.
    private Merged replace(Statement statement, StagedTable table) throws SQLException {
        if (isSame(statement, table)) {
            return new Merged(table, 0, 0, 0);
        }
        long deleted = statement.executeLargeUpdate("DELETE FROM " + live(table));
        long inserted =
                statement.executeLargeUpdate(
                        "INSERT INTO %s (%s) SELECT %s FROM %s"
                                .formatted(
                                        live(table),
                                        StagingMySql.columns("", table.columns()),
                                        StagingMySql.columns("", table.columns()),
                                        staged(table)));
        return new Merged(table, 0, inserted, deleted);
    }

    private boolean isSame(Statement statement, StagedTable table) throws SQLException {
        return digest(statement, table, live(table))
                .equals(digest(statement, table, staged(table)));
    }

    private List<String> digest(Statement statement, StagedTable table, String from)
            throws SQLException {
        try (var sums =
                statement.executeQuery(
                        "SELECT count(*), sum(CAST(conv(left(%1$s, 16), 16, 10) AS UNSIGNED)), sum(CAST(conv(right(%1$s, 15), 16, 10) AS UNSIGNED)) FROM %2$s"
                                .formatted(
                                        images(statement, table).digest(table.columns()), from))) {
            sums.next();
            return List.of(
                    sums.getString(1),
                    String.valueOf(sums.getString(2)),
                    String.valueOf(sums.getString(3)));
        }
    }

    private Optional<StagedTable> parent(ForeignKeys.OfTwin key) {
        return tables.stream().filter(each -> isNamed(each, key.referenced())).findFirst();
    }

    /// Whether a foreign key references rows by the key that those which are gone are noted by.
    private static boolean isByKey(ForeignKeys.OfTwin key, StagedTable parent) {
        return parent.key().containsAll(key.referencedColumns());
    }

    // In the source it happened with the deletion, and moved no time of change. A table of which
    // nothing is staged stays as it is.
    private void setNull(Statement statement, ForeignKeys.OfTwin key) throws SQLException {
        Optional<StagedTable> parent = parent(key);
        if (!key.setsNull()
                || tables.stream().noneMatch(each -> isNamed(each, key.table()))
                || parent.filter(losing::contains).isEmpty()
                || !isByKey(key, parent.get())) {
            return;
        }
        statement.executeLargeUpdate(
                "UPDATE %s AS gone STRAIGHT_JOIN %s AS child ON %s LEFT JOIN %s AS parent ON %s SET %s WHERE %s"
                        .formatted(
                                gone(parent.get()),
                                MySqlTwin.in(twin.live(), key.table()),
                                key.same("child", "gone"),
                                MySqlTwin.in(twin.live(), key.referenced()),
                                key.same("child", "parent"),
                                key.nulls("child"),
                                StagingMySql.isMissing(key.referencedColumns(), "parent")));
    }

    /// Refuses a merge after which rows reference nothing.
    private void prove(Statement statement, ForeignKeys.OfTwin key, List<Merged> merged)
            throws SQLException {
        String child = MySqlTwin.in(twin.live(), key.table());
        for (Merged each : merged) {
            boolean parentsChanged =
                    isNamed(each.table(), key.referenced()) && each.deleted() + each.updated() > 0;
            if (parentsChanged && isByKey(key, each.table())) {
                if (each.deleted() > 0) {
                    refuse(
                            statement,
                            key,
                            "%s AS gone STRAIGHT_JOIN %s AS child ON %s"
                                    .formatted(
                                            gone(each.table()), child, key.same("child", "gone")));
                }
            } else if (parentsChanged) {
                refuse(statement, key, child + " AS child");
            }
            boolean childrenChanged =
                    isNamed(each.table(), key.table()) && each.inserted() + each.updated() > 0;
            if (childrenChanged) {
                refuse(
                        statement,
                        key,
                        each.table().columns().containsAll(key.columns())
                                ? staged(each.table()) + " AS child"
                                : child + " AS child");
            }
        }
    }

    private void refuse(Statement statement, ForeignKeys.OfTwin key, String children)
            throws SQLException {
        boolean found =
                any(
                        statement,
                        "SELECT 1 FROM %s LEFT JOIN %s AS parent ON %s WHERE %s AND %s LIMIT 1"
                                .formatted(
                                        children,
                                        MySqlTwin.in(twin.live(), key.referenced()),
                                        key.same("child", "parent"),
                                        key.given("child"),
                                        StagingMySql.isMissing(key.referencedColumns(), "parent")));
        if (found) {
            throw new Failure(
                    Failure.Kind.MISMATCH,
                    "rows of %s would reference nothing by the foreign key %s once the changes are merged"
                            .formatted(key.table(), key.name()));
        }
    }
}
