package dev.understudy.mysql;

import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Key;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.KeyParts;
import dev.understudy.source.RowConditions;
import dev.understudy.source.RowCounts;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowReader;
import dev.understudy.source.SourceDatabase;
import dev.understudy.source.SourceNeeds;
import dev.understudy.source.SourceSession;
import dev.understudy.source.SourceStructure;
import dev.understudy.source.SummedRows;
import dev.understudy.source.TimesOfChange;
import dev.understudy.twin.Blueprint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A database of a MySQL (8 and later) or MariaDB (10.6 and later) server as a source: sessions
/// that were opened together and see the same rows.
///
/// The user needs SELECT on the tables; RELOAD in addition for one point in time while others
/// write, see {@link #caveat()}; for a twin more, see {@link MySqlGrants}.
public final class MySqlSource implements SourceDatabase {
    private final MySqlSessions pool;
    private final TimesOfChange.Open open;
    private final MySqlSnapshot snapshot;
    private @Nullable MySqlTables tables;

    private MySqlSource(MySqlSessions pool, TimesOfChange.Open open, MySqlSnapshot snapshot) {
        this.pool = pool;
        this.open = open;
        this.snapshot = snapshot;
    }

    /// Connects, and opens all the sessions at once.
    ///
    /// @param url `jdbc:mysql:` or `jdbc:mariadb:`, with the database that is read
    public static MySqlSource open(String url, String user, String password, int mostSessions) {
        // One more holds the lock while they are opened.
        MySqlSessions pool = MySqlSessions.readOnly(url, user, password, mostSessions + 1);
        try {
            return new MySqlSource(pool, look(pool), MySqlSnapshot.open(pool, mostSessions));
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static TimesOfChange.Open look(MySqlSessions pool) {
        try (Connection session = pool.session()) {
            return MySqlMarks.look(session);
        } catch (SQLException e) {
            throw MySqlFailure.of(
                    Failure.Kind.SOURCE, "looking for the source's open transactions", e);
        }
    }

    @Override
    public String product() {
        return pool.version().toString();
    }

    @Override
    public String name() {
        return pool.database();
    }

    @Override
    public SourceStructure structure() {
        MySqlTables read = tables();
        return new SourceStructure(read.database(), read.partitionKeys());
    }

    @Override
    public PortableStructure portable(Predicate<TableName> wanted) {
        MySqlTables read = tables();
        return ask(
                "reading the source's structure",
                session -> PortableReader.read(session, pool.version(), name(), read, wanted));
    }

    @Override
    public Instant clock() {
        return ask(
                "asking for the source's clock",
                session -> {
                    try (var statement = session.createStatement();
                            var row = statement.executeQuery("SELECT utc_timestamp(6)")) {
                        row.next();
                        return row.getObject(1, LocalDateTime.class).toInstant(ZoneOffset.UTC);
                    }
                });
    }

    @Override
    public RowConditions conditions() {
        return new MySqlConditions(snapshot);
    }

    @Override
    public Optional<String> caveat() {
        String others =
                tables().engines().entrySet().stream()
                        .filter(each -> !isTransactional(each.getValue()))
                        .map(each -> each.getKey() + " (" + each.getValue() + ")")
                        .sorted()
                        .collect(Collectors.joining(", "));
        if (others.isEmpty()) {
            return snapshot.caveat();
        }
        String late =
                "the storage engines of these tables keep no older versions of rows, so they are read as they are when they are read: "
                        + others;
        return Optional.of(snapshot.caveat().map(first -> first + "; " + late).orElse(late));
    }

    private static boolean isTransactional(String engine) {
        return Set.of("InnoDB", "ROCKSDB", "ndbcluster").contains(engine);
    }

    private synchronized MySqlTables tables() {
        if (tables == null) {
            tables =
                    ask(
                            "reading the source's structure",
                            session -> MySqlCatalog.read(session, pool.version(), name()));
        }
        return tables;
    }

    /// What a twin of some of the tables is made from.
    Blueprint blueprint(Predicate<TableName> wanted, MySqlTarget target) {
        return ask(
                "reading the source's structure",
                session -> MySqlStructure.read(session, wanted, target));
    }

    boolean isMariaDb() {
        return pool.version().mariaDb();
    }

    /// The empty sibling of a twin, with this database's character set and collation.
    List<String> createSibling(MySqlTwin twin) {
        return ask("reading the source's collation", twin::create);
    }

    @Override
    public void checkReadable(Map<TableName, List<String>> columns) {
        ask(
                "checking what may be read",
                session -> {
                    MySqlRights.check(session, columns);
                    return true;
                });
    }

    @Override
    public List<Finding> preflight(SourceNeeds needs) {
        return ask(
                "looking at the source's server",
                session ->
                        new MySqlPreflight(session)
                                .source(needs, name(), snapshot, caveat(), open));
    }

    @Override
    public long bytes(Collection<TableName> tables) {
        return ask(
                "asking how large the source is",
                session -> {
                    long bytes = 0;
                    try (var query =
                            session.prepareStatement(
                                    "SELECT table_name, data_length + index_length FROM information_schema.tables WHERE table_schema = ?")) {
                        query.setString(1, name());
                        try (var rows = query.executeQuery()) {
                            while (rows.next()) {
                                if (tables.contains(new TableName(name(), rows.getString(1)))) {
                                    bytes += rows.getLong(2);
                                }
                            }
                        }
                    }
                    return bytes;
                });
    }

    /// InnoDB keeps a table's rows in the order of its primary key, or else of its only unique key
    /// without NULL.
    @Override
    public boolean readsInOrder(TableName table, Column first) {
        if (!"InnoDB".equals(tables().engines().get(table))) {
            return false;
        }
        return tables().database()
                .table(table)
                .flatMap(MySqlSource::clusteringKey)
                .filter(key -> key.columns().getFirst().equals(first.name()))
                .isPresent();
    }

    private static Optional<Key> clusteringKey(Table table) {
        List<Key> keys =
                table.primaryKey()
                        .map(List::of)
                        .orElseGet(() ->
                                table.keys().stream()
                                        .filter(key ->
                                                key.columns().stream()
                                                        .map(table::column)
                                                        .noneMatch(each ->
                                                                each.orElseThrow().nullable()))
                                        .toList());
        return keys.size() == 1
                        && keys.getFirst().columns().stream()
                                .allMatch(each ->
                                        KeyLiteral.isOrdered(
                                                table.column(each).orElseThrow().type()))
                ? Optional.of(keys.getFirst())
                : Optional.empty();
    }

    @Override
    public List<KeyValue> bounds(TableName table, Column first, long rows, long parts) {
        Optional<String> index =
                tables().database().table(table).stream()
                        .flatMap(each -> each.keys().stream())
                        .filter(key -> key.columns().getFirst().equals(first.name()))
                        .map(Key::name)
                        .findFirst();
        if (index.isEmpty() || !KeyLiteral.isOrdered(first.type())) {
            return List.of();
        }
        Optional<String> collation =
                Optional.ofNullable(
                        tables().collations().getOrDefault(table, Map.of()).get(first.name()));
        return ask(
                "estimating the ranges of " + table,
                session ->
                        new KeyBounds(session, table, first, index.get(), collation)
                                .find(rows, parts));
    }

    @Override
    public boolean mayNeedText(ColumnType type) {
        return UnheldMySqlValues.condition("x", type).isPresent();
    }

    @Override
    public Map<TableName, Set<String>> needingText(
            Map<TableName, Map<String, ColumnType>> columns) {
        return ask(
                "looking for values that need text in the lake",
                session -> UnheldMySqlValues.find(session, columns));
    }

    @Override
    public Optional<List<@Nullable Boolean>> holds(Question question) {
        return ask(
                "asking about checks",
                session -> new MySqlChecks(session, tables(), name()).holds(question));
    }

    @Override
    public Map<TableName, Set<String>> looselyCompared() {
        return tables().collations().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                table ->
                                        table.getValue().entrySet().stream()
                                                .filter(each -> isLoose(each.getValue()))
                                                .map(Map.Entry::getKey)
                                                .collect(Collectors.toSet())));
    }

    /// Of the collations that tell all bytes apart most pass over blanks at the end.
    private static boolean isLoose(String collation) {
        return !collation.equals("binary")
                && !collation.endsWith("_0900_bin")
                && !collation.endsWith("_nopad_bin");
    }

    @Override
    public String changedSince(Map<String, String> marks) {
        return MySqlMarks.changedSince(marks);
    }

    @Override
    public Map<TableName, Map<String, String>> marks(
            Map<TableName, List<Column>> watermarks,
            Duration overlap,
            Optional<Duration> longestTransaction) {
        return ask(
                "looking for the newest times of change",
                session -> MySqlMarks.of(session, open, watermarks, overlap, longestTransaction));
    }

    @Override
    public Map<TableName, List<String>> withoutIndex(Map<TableName, List<Column>> watermarks) {
        return ask(
                "looking for indexes of times of change",
                session -> MySqlMarks.withoutIndex(session, watermarks));
    }

    @Override
    public Set<TableName> changedByDeletions() {
        return ask(
                "looking at what foreign keys do",
                session -> {
                    try (var statement = session.createStatement()) {
                        return ForeignKeys.of(statement, name()).stream()
                                .filter(ForeignKeys.OfTwin::setsNull)
                                .map(each -> new TableName(name(), each.table()))
                                .collect(Collectors.toSet());
                    }
                });
    }

    @Override
    public SourceSession join() {
        return new Session(snapshot.join());
    }

    private interface Reading<T> {
        T of(Connection session) throws SQLException;
    }

    private <T> T ask(String doing, Reading<T> question) {
        Connection session = snapshot.join();
        try {
            return question.of(session);
        } catch (SQLException e) {
            throw MySqlBlockers.failure(session, Failure.Kind.SOURCE, doing, e);
        } finally {
            snapshot.leave(session);
        }
    }

    @Override
    public void close() {
        try {
            snapshot.close();
        } finally {
            pool.close();
        }
    }

    private final class Session implements SourceSession {
        private final Connection connection;
        private boolean given;

        Session(Connection connection) {
            this.connection = connection;
        }

        @Override
        public RowReader read(RowQuery query, int mostRows, int mostBytes) {
            List<String> columns = query.keyColumns().stream().map(RowColumn::name).toList();
            Optional<String> index =
                    tables().database().table(query.shape().table()).stream()
                            .flatMap(table -> table.keys().stream())
                            .filter(key -> key.columns().equals(columns))
                            .map(Key::name)
                            .findFirst();
            return MySqlReader.open(connection, query, index, mostRows, mostBytes);
        }

        @Override
        public Map<TableName, Long> count(Map<TableName, List<String>> counted) {
            try {
                return RowCounts.of(
                        connection,
                        counted.keySet(),
                        each ->
                                "count(*) FROM "
                                        + MySqlName.quoted(each)
                                        + " AS own"
                                        + MySqlQuery.where(counted.getOrDefault(each, List.of())));
            } catch (SQLException e) {
                throw failure("counting the source's rows", e);
            }
        }

        @Override
        public List<KeyParts.Interval> shares(TableName table, RowColumn column) {
            // A year between small numbers is another one.
            if (column.type().sql().startsWith("year")) {
                return List.of();
            }
            String name = MySqlName.quote(column.name());
            try (var statement = connection.createStatement();
                    var row =
                            statement.executeQuery(
                                    "SELECT min(%1$s), max(%1$s) FROM %2$s"
                                            .formatted(name, MySqlName.quoted(table)))) {
                row.next();
                var all = new KeyParts.Interval(row.getLong(1), row.getLong(2));
                return row.wasNull() ? List.of() : List.of(all);
            } catch (SQLException e) {
                throw failure("looking at the keys of " + table, e);
            }
        }

        @Override
        public List<KeyParts.Sum> sums(TableName table, List<String> conditions, KeyParts parts) {
            try {
                return MySqlKeySums.of(connection, parts, rows(table, conditions));
            } catch (SQLException e) {
                throw failure("summing up the keys of " + table, e);
            }
        }

        @Override
        public Map<TableName, KeyParts.Sum> sums(Map<TableName, SummedRows> tables) {
            var selects = new HashMap<TableName, List<String>>();
            tables.forEach((table, rows) ->
                    selects.put(table, List.of(MySqlKeySums.together(table, rows))));
            try {
                return RowCounts.sums(connection, selects);
            } catch (SQLException e) {
                throw failure("summing up rows", e);
            }
        }

        private Failure failure(String doing, SQLException e) {
            return MySqlBlockers.failure(connection, Failure.Kind.SOURCE, doing, e);
        }

        @Override
        public long[] keys(TableName table, List<String> conditions, KeyParts.Intervals intervals) {
            try {
                return MySqlKeySums.keys(connection, intervals, List.of(rows(table, conditions)));
            } catch (SQLException e) {
                throw failure("reading the keys of " + table, e);
            }
        }

        private static MySqlKeySums.Rows rows(TableName table, List<String> conditions) {
            return new MySqlKeySums.Rows(MySqlName.quoted(table) + " AS own", "own", conditions);
        }

        @Override
        public String within(KeyParts parts) {
            return MySqlKeySums.within(parts, "own");
        }

        @Override
        public boolean lives() {
            return MySqlSnapshot.lives(connection);
        }

        @Override
        public void close() {
            if (!given) {
                given = true;
                snapshot.leave(connection);
            }
        }
    }
}
