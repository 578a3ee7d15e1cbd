package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowBatch;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.RowCounts;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.ChangedStructure;
import dev.understudy.twin.LedgerSql;
import dev.understudy.twin.RowWriter;
import dev.understudy.twin.StagedTable;
import dev.understudy.twin.StagingTwin;
import dev.understudy.twin.StructureStatement;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Staging tables for a live MySQL twin, in a schema beside it: `staged_<n>` for rows, `keys_<n>`
/// for what the source has, `missed_<n>` for rows of it that were staged last, `gone_<n>` for keys
/// that are to be deleted, and the list of them, from which a merge knows what to do.
final class StagingMySql implements StagingTwin {
    /// The tables that are staged, and their columns.
    static final String LIST = "understudy_staged";

    static final String COLUMNS = "understudy_staged_column";

    /// A row once everything is staged.
    static final String READY = "understudy_ready";

    /// What is done besides the rows.
    static final String STATEMENTS = "understudy_statement";

    private static final List<String> CREATE =
            List.of(
                    LIST
                            + " (number int PRIMARY KEY, table_schema varchar(64) NOT NULL, table_name varchar(64) NOT NULL, staged_rows varchar(16) NOT NULL)",
                    COLUMNS
                            + " (number int, position int, name varchar(64) NOT NULL, in_key boolean NOT NULL, PRIMARY KEY (number, position))",
                    READY
                            + " (run varchar(40) PRIMARY KEY, receipt varchar(1000) NOT NULL, position longtext NOT NULL)",
                    STATEMENTS
                            + " (position int PRIMARY KEY, kind varchar(40) NOT NULL, object varchar(200) NOT NULL, statement longtext NOT NULL, done longtext)",
                    MySqlTriggers.TABLE);

    private final MySqlTwin twin;
    private final MySqlSessions sessions;
    private final Map<TableName, TableName> staging = new ConcurrentHashMap<>();

    StagingMySql(MySqlTwin twin, MySqlSessions sessions) {
        this.twin = twin;
        this.sessions = sessions;
    }

    static TableName staged(String schema, StagedTable table) {
        return new TableName(schema, "staged_" + table.number());
    }

    static TableName gone(String schema, StagedTable table) {
        return new TableName(schema, "gone_" + table.number());
    }

    private TableName staged(StagedTable table) {
        return staged(twin.staging(), table);
    }

    private TableName gone(StagedTable table) {
        return gone(twin.staging(), table);
    }

    private String live(StagedTable table) {
        return MySqlTwin.in(twin.live(), table.table().name());
    }

    @Override
    public Blueprint blueprint(SourceDatabase source, Predicate<TableName> wanted) {
        try (Connection session = session()) {
            return ((MySqlSource) source).blueprint(wanted, MySqlTarget.read(session, true));
        } catch (SQLException e) {
            throw failure("asking the twin's server what it offers", e);
        }
    }

    @Override
    public Optional<String> whyNotRestructured(SourceDatabase source) {
        return Optional.of("a twin on MySQL or MariaDB gets another structure only as a new one");
    }

    @Override
    public void stage(List<StagedTable> tables) {
        staging.clear();
        try (Connection session = session();
                var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            for (StagedTable each : tables) {
                checkMergeable(session, each);
            }
            for (String each : CREATE) {
                statement.execute(
                        "CREATE TABLE %s.%s ENGINE=InnoDB CHARACTER SET utf8mb4"
                                .formatted(MySqlName.quote(twin.staging()), each));
            }
            for (StagedTable each : tables) {
                if (each.rows() != StagedTable.Rows.NONE) {
                    statement.execute(create(twin, staged(each), each, each.columns()));
                }
            }
            session.setAutoCommit(false);
            note(session, tables);
            session.commit();
        } catch (SQLException e) {
            throw failure("making staging tables", e);
        }
        for (StagedTable each : tables) {
            staging.put(each.table(), staged(each));
            staging.put(keys(each), keys(each));
        }
    }

    /// Refuses a table of the twin that one transaction cannot make another.
    private void checkMergeable(Connection session, StagedTable table) throws SQLException {
        try (var query =
                session.prepareStatement(
                        "SELECT engine, table_type FROM information_schema.tables WHERE table_schema = ? AND table_name = ?")) {
            query.setString(1, twin.live());
            query.setString(2, table.table().name());
            try (var row = query.executeQuery()) {
                String why =
                        !row.next()
                                ? "is gone"
                                : !"InnoDB".equalsIgnoreCase(row.getString(1))
                                        ? "has the engine %s, which has no transactions with InnoDB's tables; deltas will do once the source has the table in InnoDB (ALTER TABLE %s ENGINE=InnoDB), or the job excludes it"
                                                .formatted(
                                                        row.getString(1),
                                                        MySqlName.quote(table.table().name()))
                                        : "SYSTEM VERSIONED".equals(row.getString(2))
                                                ? "would keep the history of its own changes"
                                                : "";
                if (!why.isEmpty()) {
                    throw new Failure(
                            Failure.Kind.MISMATCH,
                            "the twin's table %s %s".formatted(table.table().name(), why));
                }
            }
        }
    }

    /// The statement that makes a table of some columns of a live one, unless it is there.
    static String create(MySqlTwin twin, TableName name, StagedTable of, List<String> columns) {
        return "CREATE TABLE IF NOT EXISTS %s%s ENGINE=InnoDB SELECT %s FROM %s LIMIT 0"
                .formatted(
                        MySqlName.quoted(name),
                        of.key().isEmpty() ? "" : " (PRIMARY KEY (" + columns("", of.key()) + "))",
                        columns("", columns),
                        MySqlTwin.in(twin.live(), of.table().name()));
    }

    private void note(Connection session, List<StagedTable> tables) throws SQLException {
        String schema = MySqlName.quote(twin.staging()) + ".";
        try (var list =
                        session.prepareStatement(
                                "INSERT INTO " + schema + LIST + " VALUES (?, ?, ?, ?)");
                var columns =
                        session.prepareStatement(
                                "INSERT INTO " + schema + COLUMNS + " VALUES (?, ?, ?, ?)")) {
            for (StagedTable each : tables) {
                list.setInt(1, each.number());
                list.setString(2, each.table().schema());
                list.setString(3, each.table().name());
                list.setString(4, each.rows().name());
                list.addBatch();
                for (int i = 0; i < each.columns().size(); i++) {
                    columns.setInt(1, each.number());
                    columns.setInt(2, i);
                    columns.setString(3, each.columns().get(i));
                    columns.setBoolean(4, each.key().contains(each.columns().get(i)));
                    columns.addBatch();
                }
            }
            list.executeBatch();
            columns.executeBatch();
        }
    }

    /// Columns as a list of SQL.
    ///
    /// @param alias with its dot, or empty
    static String columns(String alias, List<String> columns) {
        return columns.stream()
                .map(each -> alias + MySqlName.quote(each))
                .collect(Collectors.joining(", "));
    }

    /// The condition that two rows have one key, as the table's own key compares them.
    static String sameKey(List<String> key, String one, String other) {
        var all = new StringJoiner(" AND ");
        for (String each : key) {
            String name = MySqlName.quote(each);
            all.add(one + "." + name + " = " + other + "." + name);
        }
        return all.toString();
    }

    /// The condition that an outer join has found no row with a key. Of a date that must not be
    /// NULL, `IS NULL` would find `0000-00-00`.
    static String isMissing(List<String> key, String alias) {
        return alias + "." + MySqlName.quote(key.getFirst()) + " <=> NULL";
    }

    @Override
    public void analyze(StagedTable table) {
        try (Connection session = session();
                var statement = session.createStatement()) {
            statement.execute(
                    "ANALYZE NO_WRITE_TO_BINLOG TABLE " + MySqlName.quoted(staged(table)));
        } catch (SQLException e) {
            throw failure("making statistics of staged rows", e);
        }
    }

    @Override
    public List<KeyParts.Sum> sums(StagedTable table, KeyParts parts) {
        try (Connection session = session()) {
            List<KeyParts.Sum> all = List.of();
            for (MySqlKeySums.Rows each : merged(table, parts)) {
                all = united(MySqlKeySums.of(session, parts, each), all);
            }
            return all;
        } catch (SQLException e) {
            throw failure("summing up the keys of " + table.table(), e);
        }
    }

    @Override
    public Map<TableName, KeyParts.Sum> sums(Map<StagedTable, KeyParts.Hashed> tables) {
        var selects = new HashMap<TableName, List<String>>();
        tables.forEach((table, parts) ->
                selects.put(
                        table.table(),
                        merged(table, parts).stream()
                                .map(rows -> MySqlKeySums.together(parts, rows))
                                .toList()));
        try (Connection session = session()) {
            return RowCounts.sums(session, selects);
        } catch (SQLException e) {
            throw failure("summing up keys", e);
        }
    }

    /// The rows that a table will have once its staged ones are merged.
    private List<MySqlKeySums.Rows> merged(StagedTable table, KeyParts parts) {
        MySqlKeySums.Rows live = rows(table);
        if (table.rows() == StagedTable.Rows.NONE) {
            return List.of(live);
        }
        var staged =
                new MySqlKeySums.Rows(
                        MySqlName.quoted(staged(table)) + " AS staged", "staged", List.of());
        // Keys are found by index in the live table, and values are those of the staged one.
        return parts.values().isEmpty()
                ? List.of(live, without(staged, live, table.key()))
                : List.of(without(live, staged, table.key()), staged);
    }

    /// Rows whose key others do not have.
    private static MySqlKeySums.Rows without(
            MySqlKeySums.Rows rows, MySqlKeySums.Rows others, List<String> key) {
        return new MySqlKeySums.Rows(
                rows.from()
                        + " LEFT JOIN "
                        + others.from()
                        + " ON "
                        + sameKey(key, rows.alias(), others.alias()),
                rows.alias(),
                List.of(isMissing(key, others.alias())));
    }

    /// Both in the order of the parts.
    private static List<KeyParts.Sum> united(List<KeyParts.Sum> one, List<KeyParts.Sum> other) {
        if (other.isEmpty()) {
            return one;
        }
        var united = new ArrayList<KeyParts.Sum>(one.size() + other.size());
        int next = 0;
        for (KeyParts.Sum each : one) {
            while (next < other.size() && other.get(next).part() < each.part()) {
                united.add(other.get(next++));
            }
            if (next < other.size() && other.get(next).part() == each.part()) {
                united.add(sum(each, other.get(next++)));
            } else {
                united.add(each);
            }
        }
        united.addAll(other.subList(next, other.size()));
        return united;
    }

    private static KeyParts.Sum sum(KeyParts.Sum one, KeyParts.Sum other) {
        return new KeyParts.Sum(
                one.part(),
                one.keys() + other.keys(),
                new BigInteger(one.hash()).add(new BigInteger(other.hash())).toString());
    }

    private TableName keys(StagedTable table) {
        return new TableName(twin.staging(), "keys_" + table.number());
    }

    private TableName missed(StagedTable table) {
        return new TableName(twin.staging(), "missed_" + table.number());
    }

    @Override
    public long[] keys(StagedTable table, KeyParts.Intervals intervals) {
        try (Connection session = session()) {
            return MySqlKeySums.keys(session, intervals, merged(table, intervals));
        } catch (SQLException e) {
            throw failure("reading the keys of " + table.table(), e);
        }
    }

    private MySqlKeySums.Rows rows(StagedTable table) {
        return new MySqlKeySums.Rows(live(table) + " AS live", "live", List.of());
    }

    @Override
    public void noteGone(StagedTable table, long[] keys) {
        try (Connection session = session();
                var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(create(twin, gone(table), table, table.key()));
            String all =
                    Arrays.stream(keys)
                            .mapToObj(each -> "(" + each + ")")
                            .collect(Collectors.joining(","));
            statement.execute("INSERT INTO " + MySqlName.quoted(gone(table)) + " VALUES " + all);
        } catch (SQLException e) {
            throw failure("noting keys of %s that are gone".formatted(table.table()), e);
        }
    }

    // Creating a table ends a transaction, in which nothing has happened yet.
    @Override
    public TableName keyTable(Connection session, StagedTable table, List<String> columns)
            throws SQLException {
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("DROP TABLE IF EXISTS " + MySqlName.quoted(keys(table)));
            statement.execute(create(twin, keys(table), table, columns));
            statement.execute(create(twin, gone(table), table, table.key()));
            statement.execute(create(twin, staged(table), table, table.columns()));
            statement.execute(create(twin, missed(table), table, table.columns()));
        }
        return keys(table);
    }

    @Override
    public long countMissed(Connection session, StagedTable table) throws SQLException {
        try (var statement = session.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT count(*)"
                                        + ofMissed(table, differs(session, table, table.key())))) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public long stageMissed(Connection session, StagedTable table) throws SQLException {
        List<String> compared = table.checked().isEmpty() ? table.key() : table.columns();
        String missed = ofMissed(table, differs(session, table, compared));
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            for (TableName into : List.of(missed(table), staged(table))) {
                statement.execute(
                        "INSERT INTO %s (%s) SELECT %s"
                                        .formatted(
                                                MySqlName.quoted(into),
                                                columns("", table.columns()),
                                                columns("own.", table.columns()))
                                + missed);
            }
            return statement.getLargeUpdateCount();
        }
    }

    /// Rows `own` of the key table that are not staged.
    ///
    /// @param isMissed the condition that they must meet besides
    private String ofMissed(StagedTable table, String isMissed) {
        return " FROM %s AS own LEFT JOIN %s AS staged ON %s WHERE %s AND %s"
                .formatted(
                        MySqlName.quoted(keys(table)),
                        MySqlName.quoted(staged(table)),
                        sameKey(table.key(), "staged", "own"),
                        isMissing(table.key(), "staged"),
                        isMissed);
    }

    @Override
    public long noteGone(Connection session, StagedTable table, KeyParts parts)
            throws SQLException {
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            return statement.executeLargeUpdate(
                    "INSERT INTO %s (%s) SELECT %s FROM %s AS live LEFT JOIN %s AS known ON %s WHERE (%s) AND %s"
                            .formatted(
                                    MySqlName.quoted(gone(table)),
                                    columns("", table.key()),
                                    columns("live.", table.key()),
                                    live(table),
                                    MySqlName.quoted(keys(table)),
                                    sameKey(table.key(), "known", "live"),
                                    MySqlKeySums.within(parts, "live"),
                                    isMissing(table.key(), "known")));
        }
    }

    @Override
    public RowReader missed(
            Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes) {
        return read(new RowShape(missed(table), rows.columns()), List.of(), mostRows, mostBytes);
    }

    @Override
    public RowReader gone(
            Connection session, StagedTable table, RowShape key, int mostRows, int mostBytes) {
        return read(new RowShape(gone(table), key.columns()), List.of(), mostRows, mostBytes);
    }

    @Override
    public boolean tellsDiffering(StagedTable table) {
        return !table.key().isEmpty();
    }

    @Override
    public RowReader differing(
            Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes)
            throws SQLException {
        return read(
                new RowShape(staged(table), rows.columns()),
                List.of(differs(session, table, table.columns())),
                mostRows,
                mostBytes);
    }

    /// The condition that the live table has no row with the key of a row `own` and its very values
    /// in some columns, which may be those of the key: `ON UPDATE CASCADE` makes `Anna` of `anna`,
    /// which a collation takes for the same.
    private String differs(Connection session, StagedTable table, List<String> columns)
            throws SQLException {
        var live = new TableName(twin.live(), table.table().name());
        String differ = RowImages.of(session, live).differ(columns, "live", "own");
        return "NOT EXISTS (SELECT 1 FROM %s AS live WHERE %s AND NOT %s)"
                .formatted(live(table), sameKey(table.key(), "live", "own"), differ);
    }

    // Rows come in the form that they have from a source, which takes a session of that kind.
    private RowReader read(RowShape shape, List<String> conditions, int mostRows, int mostBytes) {
        MySqlSessions reading = twin.readingSessions(1);
        try {
            var query =
                    new RowQuery(
                            shape, List.of(), conditions, Map.of(), List.of(), KeyRange.ALL, false);
            return new OwnReader(
                    MySqlReader.open(
                            reading.session(), query, Optional.empty(), mostRows, mostBytes),
                    reading);
        } catch (RuntimeException e) {
            reading.close();
            throw e;
        }
    }

    @Override
    public void restructure(Connection session, ChangedStructure structure) {
        throw new UnsupportedOperationException("see whyNotRestructured()");
    }

    @Override
    public void complete(
            Connection session,
            String receipt,
            String position,
            List<StructureStatement> statements)
            throws SQLException {
        String schema = MySqlName.quote(twin.staging()) + ".";
        try (var ready =
                        session.prepareStatement(
                                "INSERT INTO " + schema + READY + " VALUES (?, ?, ?)");
                var rest =
                        session.prepareStatement(
                                "INSERT INTO " + schema + STATEMENTS + " VALUES (?, ?, ?, ?, ?)")) {
            for (int i = 0; i < statements.size(); i++) {
                StructureStatement each = statements.get(i);
                rest.setInt(1, i);
                rest.setString(2, each.kind());
                rest.setString(3, each.object());
                rest.setString(4, each.sql());
                rest.setString(5, each.done().orElse(null));
                rest.executeUpdate();
            }
            ready.setString(1, twin.run());
            ready.setString(2, receipt);
            ready.setString(3, position);
            ready.executeUpdate();
        }
    }

    @Override
    public Connection session() {
        return sessions.session();
    }

    @Override
    public RowWriter writer(Connection session, RowShape shape) {
        TableName into = Objects.requireNonNull(staging.get(shape.table()), shape.table().name());
        return new LoadDataWriter(session, into, shape);
    }

    @Override
    public Optional<String> slowness() {
        try (Connection session = session()) {
            return LoadDataWriter.slowness(session);
        } catch (SQLException e) {
            throw failure("asking the twin's server what it offers", e);
        }
    }

    @Override
    public Map<TableName, Long> count(Connection session, List<TableName> tables)
            throws SQLException {
        return RowCounts.of(
                session,
                tables,
                each ->
                        "count(*) FROM "
                                + MySqlName.quoted(
                                        Objects.requireNonNull(staging.get(each), each.name())));
    }

    @Override
    public LedgerSql ledger() {
        return MySqlLedger.of(twin.staging());
    }

    @Override
    public Failure failure(String doing, SQLException e) {
        return sessions.failure(doing, e);
    }

    @Override
    public boolean isCancelled(SQLException e) {
        return e.getErrorCode() == LoadingMySql.CANCELLED;
    }

    @Override
    public void close() {
        sessions.close();
    }

    /// A reader with sessions of its own.
    private record OwnReader(MySqlReader reader, MySqlSessions sessions) implements RowReader {
        @Override
        public boolean read(RowBatch batch) {
            return reader.read(batch);
        }

        @Override
        public boolean isAtEnd() {
            return reader.isAtEnd();
        }

        @Override
        public void close() {
            reader.close();
            sessions.close();
        }
    }
}
