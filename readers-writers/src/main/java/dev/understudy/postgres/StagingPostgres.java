package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyRange;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.ColumnType;
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
import dev.understudy.twin.Unheld;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Staging tables in a live PostgreSQL twin: `understudy.staged_<n>` for rows,
/// `understudy.keys_<n>` for what the source has, `understudy.missed_<n>` for rows of it that were
/// staged last, `understudy.gone_<n>` for keys that are to be deleted, and the list of them,
/// `understudy.staged`, from which a merge knows what to do.
final class StagingPostgres implements StagingTwin {
    private static final String SCHEMA = "understudy";

    private static final String CREATE =
            """
            CREATE TABLE understudy.staged (
                number int PRIMARY KEY, table_schema text NOT NULL, table_name text NOT NULL,
                columns text[] NOT NULL, key text[] NOT NULL, staged_rows text NOT NULL);
            CREATE TABLE understudy.ready (
                run text PRIMARY KEY, receipt text NOT NULL, position text NOT NULL, statements text[] NOT NULL);
            CREATE TABLE understudy.structure (content text NOT NULL);
            """;

    private static final String CLEAR =
            """
            DO $$ DECLARE staging text; BEGIN
                FOR staging IN
                    SELECT relname FROM pg_catalog.pg_class
                    WHERE relnamespace = pg_catalog.to_regnamespace('understudy') AND relkind = 'r'
                      AND (relname ~ '^(staged|keys|missed|gone)_[0-9]+$' OR relname IN ('staged', 'ready', 'structure'))
                LOOP
                    EXECUTE pg_catalog.format('DROP TABLE understudy.%I', staging);
                END LOOP;
            END $$
            """;

    private final PostgresSessions sessions;
    private final LoadingPostgres database;
    private final String run;
    private final Map<TableName, TableName> staging = new ConcurrentHashMap<>();

    /// @param run with its token
    StagingPostgres(PostgresSessions sessions, String run) {
        this.sessions = sessions;
        this.run = run;
        database = new LoadingPostgres(sessions, run);
    }

    static void clear(Connection session) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(CLEAR);
        }
    }

    static TableName staged(int number) {
        return new TableName(SCHEMA, "staged_" + number);
    }

    static TableName keys(int number) {
        return new TableName(SCHEMA, "keys_" + number);
    }

    private static TableName missed(int number) {
        return new TableName(SCHEMA, "missed_" + number);
    }

    static TableName gone(int number) {
        return new TableName(SCHEMA, "gone_" + number);
    }

    @Override
    public Blueprint blueprint(SourceDatabase source, Predicate<TableName> wanted) {
        return database.blueprint(source, wanted, Unheld.REFUSE, true);
    }

    @Override
    public Optional<String> whyNotRestructured(SourceDatabase source) {
        try (Connection session = sessions.session()) {
            boolean can =
                    source instanceof PostgresSource postgres
                            && StructureConvergence.canCompare(postgres.holder(), session);
            return can
                    ? Optional.empty()
                    : Optional.of(
                            "source and twin are on servers of different versions, which write it in different words");
        } catch (SQLException e) {
            throw failure("asking the twin's server for its version", e);
        }
    }

    @Override
    public void stage(List<StagedTable> tables) {
        staging.clear();
        inTransaction(
                "making staging tables",
                session -> {
                    clear(session);
                    try (var statement = session.createStatement()) {
                        statement.setEscapeProcessing(false);
                        statement.execute(
                                tables.stream()
                                        .filter(each -> each.rows() != StagedTable.Rows.NONE)
                                        .map(each ->
                                                create(staged(each.number()), each, each.columns()))
                                        .collect(Collectors.joining(";\n", CREATE, "")));
                    }
                    note(session, tables);
                    return true;
                });
        for (StagedTable each : tables) {
            staging.put(each.table(), staged(each.number()));
            staging.put(keys(each.number()), keys(each.number()));
        }
    }

    private static String create(TableName name, StagedTable of, List<String> columns) {
        if (!of.types().isEmpty()) {
            var definitions = new ArrayList<String>();
            for (String each : columns) {
                ColumnType type = of.types().get(of.columns().indexOf(each));
                definitions.add(TableName.quote(each) + " " + plain(type, of.key().isEmpty()));
            }
            return "CREATE TABLE IF NOT EXISTS %s (%s)"
                    .formatted(name.quoted(), String.join(", ", definitions));
        }
        return "CREATE TABLE IF NOT EXISTS %s AS SELECT %s FROM ONLY %s WITH NO DATA"
                .formatted(name.quoted(), quoted(columns), of.table().quoted());
    }

    // Domains may be other ones than those that the twin has until it is merged, and so may labels
    // of tables that are made anew.
    private static String plain(ColumnType type, boolean anew) {
        ColumnType plain = type.underlying();
        return anew && plain.kind() == ColumnType.Kind.ENUM ? "pg_catalog.text" : plain.sql();
    }

    private static void note(Connection session, List<StagedTable> tables) throws SQLException {
        try (var insert =
                session.prepareStatement(
                        "INSERT INTO understudy.staged VALUES (?, ?, ?, ?, ?, ?)")) {
            for (StagedTable each : tables) {
                insert.setInt(1, each.number());
                insert.setString(2, each.table().schema());
                insert.setString(3, each.table().name());
                insert.setArray(4, session.createArrayOf("text", each.columns().toArray()));
                insert.setArray(5, session.createArrayOf("text", each.key().toArray()));
                insert.setString(6, each.rows().name());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /// Column names as a list of SQL.
    static String quoted(List<String> columns) {
        return columns.stream().map(TableName::quote).collect(Collectors.joining(", "));
    }

    /// The condition that two rows have one key.
    static String sameKey(List<String> key, String one, String other) {
        return key.stream()
                .map(TableName::quote)
                .map(each -> one + "." + each + " = " + other + "." + each)
                .collect(Collectors.joining(" AND "));
    }

    @Override
    public void analyze(StagedTable table) {
        inTransaction(
                "making statistics of staged rows",
                session -> {
                    try (var statement = session.createStatement()) {
                        statement.execute("ANALYZE " + staged(table.number()).quoted());
                    }
                    return true;
                });
    }

    @Override
    public List<KeyParts.Sum> sums(StagedTable table, KeyParts parts) {
        try (Connection session = sessions.session()) {
            return PostgresKeySums.of(session, parts, merged(table, parts));
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
                                .map(rows -> PostgresKeySums.together(parts, rows))
                                .toList()));
        try (Connection session = sessions.session()) {
            return RowCounts.sums(session, selects);
        } catch (SQLException e) {
            throw failure("summing up keys", e);
        }
    }

    /// The rows that a table will have once its staged ones are merged.
    private static List<PostgresKeySums.Rows> merged(StagedTable table, KeyParts parts) {
        if (table.rows() == StagedTable.Rows.NONE) {
            return List.of(live(table));
        }
        String ofLive = "ONLY " + table.table().quoted() + " AS live";
        String ofStaged = staged(table.number()).quoted() + " AS staged";
        // Keys are found by index in the live table, and values are those of the staged one.
        boolean values = !parts.values().isEmpty();
        var live =
                new PostgresKeySums.Rows(
                        ofLive,
                        "live",
                        values ? List.of(isNotIn(ofStaged, table)) : List.of(),
                        true);
        var added =
                new PostgresKeySums.Rows(
                        ofStaged,
                        "staged",
                        values ? List.of() : List.of(isNotIn(ofLive, table)),
                        false);
        return List.of(live, added);
    }

    private static String isNotIn(String other, StagedTable table) {
        return "NOT EXISTS (SELECT FROM %s WHERE %s)"
                .formatted(other, sameKey(table.key(), "live", "staged"));
    }

    @Override
    public long[] keys(StagedTable table, KeyParts.Intervals intervals) {
        try (Connection session = sessions.session()) {
            return PostgresKeySums.keys(session, intervals, merged(table, intervals));
        } catch (SQLException e) {
            throw failure("reading the keys of " + table.table(), e);
        }
    }

    private static PostgresKeySums.Rows live(StagedTable table) {
        return new PostgresKeySums.Rows(
                "ONLY " + table.table().quoted() + " AS live", "live", List.of(), true);
    }

    @Override
    public void noteGone(StagedTable table, long[] keys) {
        inTransaction(
                "noting keys that are gone",
                session -> {
                    try (var statement = session.createStatement()) {
                        statement.execute(create(gone(table.number()), table, table.key()));
                    }
                    try (var insert =
                            session.prepareStatement(
                                    "INSERT INTO %s SELECT pg_catalog.unnest(?)"
                                            .formatted(gone(table.number()).quoted()))) {
                        insert.setArray(
                                1,
                                session.createArrayOf(
                                        "int8", Arrays.stream(keys).boxed().toArray()));
                        return insert.executeUpdate();
                    }
                });
    }

    @Override
    public TableName keyTable(Connection session, StagedTable table, List<String> columns)
            throws SQLException {
        int number = table.number();
        TableName keys = keys(number);
        try (var statement = session.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + keys.quoted());
            statement.execute(create(keys, table, columns));
            statement.execute(create(gone(number), table, table.key()));
            statement.execute(create(staged(number), table, table.columns()));
            statement.execute(create(missed(number), table, table.columns()));
        }
        return keys;
    }

    @Override
    public long countMissed(Connection session, StagedTable table) throws SQLException {
        try (var statement = session.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT pg_catalog.count(*)" + ofMissed(table, isAbsent(table)))) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public long stageMissed(Connection session, StagedTable table) throws SQLException {
        String missed =
                ofMissed(
                        table,
                        table.checked().isEmpty() ? isAbsent(table) : differs(table, "known"));
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            analyzeKeys(statement, table);
            return statement.executeLargeUpdate(
                    "WITH missed AS (INSERT INTO %s SELECT known.*%s RETURNING *) INSERT INTO %s TABLE missed"
                            .formatted(
                                    missed(table.number()).quoted(),
                                    missed,
                                    staged(table.number()).quoted()));
        }
    }

    private static void analyzeKeys(Statement statement, StagedTable table) throws SQLException {
        statement.execute("ANALYZE " + keys(table.number()).quoted());
    }

    /// Rows `known` of the key table that are not staged.
    ///
    /// @param isMissed the condition that they must meet besides
    private static String ofMissed(StagedTable table, String isMissed) {
        return " FROM %s AS known WHERE NOT EXISTS (SELECT FROM %s AS staged WHERE %s) AND %s"
                .formatted(
                        keys(table.number()).quoted(),
                        staged(table.number()).quoted(),
                        sameKey(table.key(), "staged", "known"),
                        isMissed);
    }

    /// The condition that the live table has no row with the key of a row `known`.
    private static String isAbsent(StagedTable table) {
        return "NOT EXISTS (SELECT FROM ONLY %s AS live WHERE %s)"
                .formatted(table.table().quoted(), sameKey(table.key(), "live", "known"));
    }

    @Override
    public long noteGone(Connection session, StagedTable table, KeyParts parts)
            throws SQLException {
        try (var statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            analyzeKeys(statement, table);
            return statement.executeLargeUpdate(
                    "INSERT INTO %s SELECT %s FROM ONLY %s AS live WHERE %s AND NOT EXISTS (SELECT FROM %s AS keys WHERE %s)"
                            .formatted(
                                    gone(table.number()).quoted(),
                                    of("live", table.key()),
                                    table.table().quoted(),
                                    PostgresKeySums.within(parts, "live"),
                                    keys(table.number()).quoted(),
                                    sameKey(table.key(), "keys", "live")));
        }
    }

    @Override
    public RowReader missed(
            Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes)
            throws SQLException {
        return read(session, missed(table.number()), rows, mostRows, mostBytes);
    }

    @Override
    public RowReader gone(
            Connection session, StagedTable table, RowShape key, int mostRows, int mostBytes)
            throws SQLException {
        return read(session, gone(table.number()), key, mostRows, mostBytes);
    }

    private static RowReader read(
            Connection session, TableName all, RowShape rows, int mostRows, int mostBytes)
            throws SQLException {
        var shape = new RowShape(all, rows.columns());
        return CopyReader.open(
                session, new RowQuery(shape, List.of(), KeyRange.ALL, false), mostRows, mostBytes);
    }

    // Otherwise the columns may be of other types than those of the live table.
    @Override
    public boolean tellsDiffering(StagedTable table) {
        return table.types().isEmpty() && !table.key().isEmpty();
    }

    @Override
    public RowReader differing(
            Connection session, StagedTable table, RowShape rows, int mostRows, int mostBytes)
            throws SQLException {
        TableName staged = staged(table.number());
        String differs = differs(table, TableName.quote(staged.name()));
        return CopyReader.open(
                session,
                new RowQuery(
                        new RowShape(staged, rows.columns()),
                        List.of(),
                        List.of(differs),
                        Map.of(),
                        List.of(),
                        KeyRange.ALL,
                        false),
                mostRows,
                mostBytes);
    }

    /// The condition that a row of a table is not in the live one as it is.
    private static String differs(StagedTable table, String row) {
        return "NOT EXISTS (SELECT FROM ONLY %s AS live WHERE %s AND NOT pg_catalog.record_image_ne(ROW(%s), ROW(%s)))"
                .formatted(
                        table.table().quoted(),
                        sameKey(table.key(), "live", row),
                        of("live", table.columns()),
                        of(row, table.columns()));
    }

    /// Columns of a row as a list of SQL.
    static String of(String row, List<String> columns) {
        return columns.stream()
                .map(each -> row + "." + TableName.quote(each))
                .collect(Collectors.joining(", "));
    }

    @Override
    public void restructure(Connection session, ChangedStructure structure) throws SQLException {
        try (var insert = session.prepareStatement("INSERT INTO understudy.structure VALUES (?)")) {
            insert.setString(1, structure.json());
            insert.executeUpdate();
        }
    }

    @Override
    public void complete(
            Connection session,
            String receipt,
            String position,
            List<StructureStatement> statements)
            throws SQLException {
        try (var insert =
                session.prepareStatement("INSERT INTO understudy.ready VALUES (?, ?, ?, ?)")) {
            insert.setString(1, run);
            insert.setString(2, receipt);
            insert.setString(3, position);
            insert.setArray(
                    4,
                    session.createArrayOf(
                            "text", statements.stream().map(StructureStatement::sql).toArray()));
            insert.executeUpdate();
        }
        try (var statement = session.createStatement()) {
            // Waits for the disk, and takes all earlier commits with it.
            statement.execute("SET LOCAL synchronous_commit = on");
        }
    }

    @Override
    public Connection session() {
        return sessions.session();
    }

    @Override
    public RowWriter writer(Connection session, RowShape shape) {
        TableName into = Objects.requireNonNull(staging.get(shape.table()), shape.table().name());
        return database.writer(session, new RowShape(into, shape.columns()));
    }

    @Override
    public Map<TableName, Long> count(Connection session, List<TableName> tables)
            throws SQLException {
        var counted = new HashMap<TableName, TableName>();
        for (TableName each : tables) {
            counted.put(each, Objects.requireNonNull(staging.get(each), each.name()));
        }
        Map<TableName, Long> counts = database.count(session, new ArrayList<>(counted.values()));
        var result = new HashMap<TableName, Long>();
        counted.forEach((table, staged) -> result.put(table, counts.getOrDefault(staged, 0L)));
        return result;
    }

    @Override
    public LedgerSql ledger() {
        return LoadingPostgres.LEDGER;
    }

    @Override
    public Failure failure(String doing, SQLException e) {
        return database.failure(doing, e);
    }

    @Override
    public boolean isCancelled(SQLException e) {
        return database.isCancelled(e);
    }

    private interface Work<T> {
        T in(Connection session) throws SQLException;
    }

    private <T> T inTransaction(String doing, Work<T> work) {
        try (Connection session = sessions.session()) {
            session.setAutoCommit(false);
            T result = work.in(session);
            session.commit();
            return result;
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw failure(doing, e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
