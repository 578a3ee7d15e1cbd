package dev.understudy.postgres;

import dev.understudy.lake.LakeTypes;
import dev.understudy.preflight.Checkup;
import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowColumn;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.ColumnStatistics;
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
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL database as a source: an exported snapshot that all sessions share.
public final class PostgresSource implements SourceDatabase {
    /// A positive n_distinct is a fixed number, a negative one a share of the rows. The values
    /// themselves are not asked for.
    private static final String FEW_OR_FREQUENT =
            """
            SELECT schemaname, tablename, attname, greatest(n_distinct, 0), coalesce(most_common_freqs[1], 0)
            FROM pg_catalog.pg_stats
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
              AND (n_distinct BETWEEN 1 AND 1000 OR most_common_freqs[1] >= 0.1)
            """;

    /// The catalog's rows are those of the snapshot, the function tells what is now.
    private static final String REWRITTEN =
            """
            SELECT n.nspname, c.relname FROM unnest(?::text[], ?::text[]) AS a (nspname, relname)
            JOIN pg_catalog.pg_namespace n ON n.nspname = a.nspname
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.relname
            WHERE c.relfilenode <> pg_catalog.pg_relation_filenode(c.oid)
            ORDER BY 1, 2
            """;

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String LOOSE_COLLATIONS =
            """
            SELECT n.nspname, c.relname, a.attname
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND NOT l.collisdeterministic
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            """;

    private static final int SECONDS_TO_ANSWER = 30;

    private final PostgresSessions sessions;
    private final SourceSnapshot snapshot;
    private final String user;
    private final TimesOfChange.Open open;
    private final KeySample keys;
    private final CheckQuestions checks;
    private final PostgresConditions conditions;
    private volatile Set<TableName> filled = Set.of();

    private PostgresSource(
            PostgresSessions sessions,
            TimesOfChange.Open open,
            SourceSnapshot snapshot,
            String user) {
        this.open = open;
        this.sessions = sessions;
        this.snapshot = snapshot;
        this.user = user;
        keys = new KeySample(snapshot.holder());
        checks = new CheckQuestions(snapshot.holder());
        conditions = new PostgresConditions(this, sessions);
    }

    /// Connects and takes a snapshot, which one of the sessions holds.
    public static PostgresSource open(String url, String user, String password, int mostSessions) {
        PostgresSessions sessions = PostgresSessions.readOnly(url, user, password, mostSessions);
        try {
            // Before the snapshot: what begins between the two has later times.
            TimesOfChange.Open open = look(sessions, user);
            return new PostgresSource(sessions, open, SourceSnapshot.export(sessions), user);
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    private static TimesOfChange.Open look(PostgresSessions sessions, String user) {
        try (Connection session = sessions.session()) {
            return PostgresMarks.look(session, user);
        } catch (SQLException e) {
            throw SqlFailure.of(
                    Failure.Kind.SOURCE, "looking at the source's open transactions", e);
        }
    }

    /// The session that holds the snapshot: for reading the catalog, one thread at a time.
    public Connection holder() {
        return snapshot.holder();
    }

    @Override
    public String product() {
        return ask(
                "asking for the source's version",
                session -> "PostgreSQL " + session.getMetaData().getDatabaseProductVersion());
    }

    @Override
    public String name() {
        return ask("asking for the source's name", Connection::getCatalog);
    }

    @Override
    public SourceStructure structure() {
        SourceStructure structure =
                ask(
                        "reading the source's structure",
                        session ->
                                new SourceStructure(
                                        PostgresCatalog.read(session),
                                        PartitionKeys.read(session)));
        filled =
                structure.database().tables().stream()
                        .filter(each -> each.pages() > 0)
                        .map(Table::name)
                        .collect(Collectors.toSet());
        return structure;
    }

    @Override
    public PortableStructure portable(Predicate<TableName> wanted) {
        return ask(
                "reading the source's structure", session -> PortableReader.read(session, wanted));
    }

    @Override
    public Instant clock() {
        return ask(
                "asking for the source's clock",
                session -> {
                    try (var statement = session.createStatement();
                            var row =
                                    statement.executeQuery(
                                            "SELECT pg_catalog.statement_timestamp()")) {
                        row.next();
                        return row.getObject(1, OffsetDateTime.class).toInstant();
                    }
                });
    }

    @Override
    public RowConditions conditions() {
        return conditions;
    }

    @Override
    public Optional<String> caveat() {
        return Optional.empty();
    }

    @Override
    public Map<TableName, Map<String, ColumnStatistics>> statistics() {
        return ask("reading the source's statistics", PostgresSource::statistics);
    }

    private static Map<TableName, Map<String, ColumnStatistics>> statistics(Connection session)
            throws SQLException {
        var statistics = new HashMap<TableName, Map<String, ColumnStatistics>>();
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(FEW_OR_FREQUENT)) {
            while (rows.next()) {
                statistics
                        .computeIfAbsent(
                                new TableName(rows.getString(1), rows.getString(2)),
                                _ -> new HashMap<>())
                        .put(
                                rows.getString(3),
                                new ColumnStatistics(rows.getDouble(4), rows.getDouble(5)));
            }
        }
        return statistics;
    }

    @Override
    public void checkReadable(Map<TableName, List<String>> columns) {
        ask(
                "checking what may be read",
                session -> {
                    ReadRights.check(session, user, columns);
                    return true;
                });
    }

    @Override
    public List<Finding> preflight(SourceNeeds needs) {
        // Outside of the snapshot's transaction, which a refused question would end.
        try (Connection session = sessions.session()) {
            return new PostgresPreflight(session, user).source(needs, open);
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.SOURCE, "looking at the source's server", e);
        }
    }

    @Override
    public long bytes(Collection<TableName> tables) {
        return ask(
                "asking how large the source is",
                session -> {
                    try (var query =
                            session.prepareStatement(
                                    """
                                    SELECT coalesce(sum(%s), 0)
                                    FROM unnest(?::text[], ?::text[]) AS a (nspname, relname)
                                    JOIN pg_catalog.pg_namespace n ON n.nspname = a.nspname
                                    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.relname
                                    """
                                            .formatted(
                                                    TableLock.unlessLocked(
                                                            "pg_total_relation_size")))) {
                        query.setArray(1, names(session, tables, TableName::schema));
                        query.setArray(2, names(session, tables, TableName::name));
                        try (var row = query.executeQuery()) {
                            row.next();
                            return row.getLong(1);
                        }
                    }
                });
    }

    private static Array names(
            Connection session, Collection<TableName> tables, Function<TableName, String> part)
            throws SQLException {
        return session.createArrayOf("text", tables.stream().map(part).toArray());
    }

    /// Who keeps tables from being read now.
    List<TableLock> locks() {
        return ask("asking for locks", TableLock::all);
    }

    /// The extensions that its users have created.
    Set<String> extensions() {
        return ask(
                "reading the source's extensions",
                session ->
                        StructureTarget.names(
                                session,
                                "SELECT extname FROM pg_catalog.pg_extension WHERE oid >= 16384"));
    }

    /// What a twin of some of the tables is made from.
    Blueprint blueprint(Predicate<TableName> wanted, StructureTarget target) {
        return ask(
                "reading the source's structure",
                session -> PostgresStructure.read(session, wanted, target));
    }

    @Override
    public boolean readsInOrder(TableName table, Column first) {
        return ask("reading the statistics of " + table, _ -> keys.isInHeapOrder(table, first));
    }

    @Override
    public List<KeyValue> bounds(TableName table, Column first, long rows, long parts) {
        return ask("sampling the keys of " + table, _ -> keys.bounds(table, first, rows, parts));
    }

    @Override
    public boolean mayNeedText(ColumnType type) {
        return LakeTypes.needsText("x", type).isPresent();
    }

    @Override
    public Map<TableName, Set<String>> needingText(
            Map<TableName, Map<String, ColumnType>> columns) {
        return ask(
                "looking for values that need text in the lake",
                session -> UnheldValues.find(session, columns));
    }

    @Override
    public Map<TableName, Set<String>> looselyCompared() {
        return ask("reading the source's collations", PostgresSource::looselyCompared);
    }

    private static Map<TableName, Set<String>> looselyCompared(Connection session)
            throws SQLException {
        var columns = new HashMap<TableName, Set<String>>();
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(LOOSE_COLLATIONS)) {
            while (rows.next()) {
                columns.computeIfAbsent(
                                new TableName(rows.getString(1), rows.getString(2)),
                                _ -> new HashSet<>())
                        .add(rows.getString(3));
            }
        }
        return columns;
    }

    @Override
    public Optional<List<@Nullable Boolean>> holds(Question question) {
        synchronized (snapshot) {
            return checks.holds(question);
        }
    }

    @Override
    public String changedSince(Map<String, String> marks) {
        return PostgresMarks.changedSince(marks);
    }

    @Override
    public Map<TableName, Map<String, String>> marks(
            Map<TableName, List<Column>> watermarks,
            Duration overlap,
            Optional<Duration> longestTransaction) {
        return ask(
                "looking for the newest times of change",
                session ->
                        PostgresMarks.of(session, open, watermarks, overlap, longestTransaction));
    }

    @Override
    public Map<TableName, List<String>> withoutIndex(Map<TableName, List<Column>> watermarks) {
        return ask(
                "looking for the indexes of watermarks",
                session -> PostgresMarks.withoutIndex(session, watermarks));
    }

    @Override
    public Set<TableName> changedByDeletions() {
        return ask(
                "looking at what foreign keys do",
                session -> {
                    var tables = new HashSet<TableName>();
                    try (var statement = session.createStatement();
                            var rows =
                                    statement.executeQuery(
                                            """
                                            SELECT n.nspname, c.relname FROM pg_catalog.pg_constraint k
                                            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                            WHERE k.contype = 'f' AND k.confdeltype IN ('n', 'd')
                                            """)) {
                        while (rows.next()) {
                            tables.add(new TableName(rows.getString(1), rows.getString(2)));
                        }
                    }
                    return tables;
                });
    }

    @Override
    public SourceSession join() {
        return new Session(snapshot.join());
    }

    interface Reading<T> {
        T of(Connection session) throws SQLException;
    }

    <T> T ask(String doing, Reading<T> question) {
        synchronized (snapshot) {
            try {
                return question.of(snapshot.holder());
            } catch (SQLException e) {
                throw failure(doing, e);
            }
        }
    }

    /// Says who is in the way, too, where somebody is.
    Failure failure(String doing, SQLException e) {
        if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
            return SqlFailure.of(Failure.Kind.SOURCE, doing, e);
        }
        List<TableLock> locks = List.of();
        try (Connection session = sessions.aside()) {
            locks = TableLock.all(session);
        } catch (SQLException unanswered) {
            e.addSuppressed(unanswered);
        }
        return new Failure(
                Failure.Kind.SOURCE,
                "%s: waited in vain for who locks %s; try again when that has ended"
                        .formatted(doing, locks.isEmpty() ? "a table" : Checkup.some(locks)));
    }

    @Override
    public void close() {
        try {
            snapshot.close();
        } finally {
            sessions.close();
        }
    }

    /// Counts a table's own rows, without partitions' and children's, as {@link RowCounts} has it.
    static String counted(TableName table, List<String> conditions) {
        return "pg_catalog.count(*) FROM ONLY "
                + table.quoted()
                + " AS own"
                + CopyQuery.where(conditions);
    }

    private final class Session implements SourceSession {
        private final Connection connection;

        Session(Connection connection) {
            this.connection = connection;
        }

        @Override
        public RowReader read(RowQuery query, int mostRows, int mostBytes) {
            try {
                return CopyReader.open(connection, query, mostRows, mostBytes);
            } catch (SQLException e) {
                throw failure("reading " + query.shape().table(), e);
            }
        }

        @Override
        public Map<TableName, Long> count(Map<TableName, List<String>> tables) {
            try {
                Map<TableName, Long> counts =
                        RowCounts.of(
                                connection,
                                tables.keySet(),
                                each -> counted(each, tables.getOrDefault(each, List.of())));
                refuseEmptied(counts);
                return counts;
            } catch (SQLException e) {
                throw failure("counting the source's rows", e);
            }
        }

        // TRUNCATE, and ALTER TABLE where it writes a table anew, take the rows from older
        // snapshots, too. Source: PostgreSQL manual, "Caveats" of concurrency control.
        private void refuseEmptied(Map<TableName, Long> counts) throws SQLException {
            List<TableName> empty =
                    filled.stream()
                            .filter(each -> Long.valueOf(0).equals(counts.get(each)))
                            .toList();
            if (empty.isEmpty()) {
                return;
            }
            try (var query = connection.prepareStatement(REWRITTEN)) {
                query.setArray(1, names(connection, empty, TableName::schema));
                query.setArray(2, names(connection, empty, TableName::name));
                try (var row = query.executeQuery()) {
                    if (row.next()) {
                        throw new Failure(
                                Failure.Kind.SOURCE,
                                "%s was emptied or written anew (TRUNCATE, ALTER TABLE) after the source's point in time, and its rows of then cannot be read any more; begin anew with --fresh when no such change is under way"
                                        .formatted(
                                                new TableName(row.getString(1), row.getString(2))));
                    }
                }
            }
        }

        @Override
        public List<KeyParts.Interval> shares(TableName table, RowColumn column) {
            String name = TableName.quote(column.name());
            try (var query =
                    connection.prepareStatement(
                            """
                            SELECT pg_catalog.min(%1$s), pg_catalog.max(%1$s), (
                                SELECT histogram_bounds::pg_catalog.text::pg_catalog.int8[] FROM pg_catalog.pg_stats
                                WHERE schemaname = ? AND tablename = ? AND attname = ? AND NOT inherited)
                            FROM ONLY %2$s\
                            """
                                    .formatted(name, table.quoted()))) {
                query.setString(1, table.schema());
                query.setString(2, table.name());
                query.setString(3, column.name());
                try (var row = query.executeQuery()) {
                    row.next();
                    long first = row.getLong(1);
                    long last = row.getLong(2);
                    if (row.wasNull()) {
                        return List.of();
                    }
                    Array known = row.getArray(3);
                    return PostgresKeySums.shares(
                            first, last, known == null ? new Long[0] : (Long[]) known.getArray());
                }
            } catch (SQLException e) {
                throw SqlFailure.of(Failure.Kind.SOURCE, "looking at the keys of " + table, e);
            }
        }

        @Override
        public List<KeyParts.Sum> sums(TableName table, List<String> conditions, KeyParts parts) {
            try {
                return PostgresKeySums.of(connection, parts, List.of(rows(table, conditions)));
            } catch (SQLException e) {
                throw SqlFailure.of(Failure.Kind.SOURCE, "summing up the keys of " + table, e);
            }
        }

        @Override
        public Map<TableName, KeyParts.Sum> sums(Map<TableName, SummedRows> tables) {
            var selects = new HashMap<TableName, List<String>>();
            tables.forEach((table, rows) ->
                    selects.put(table, List.of(PostgresKeySums.together(table, rows))));
            try {
                return RowCounts.sums(connection, selects);
            } catch (SQLException e) {
                throw SqlFailure.of(Failure.Kind.SOURCE, "summing up rows", e);
            }
        }

        @Override
        public long[] keys(TableName table, List<String> conditions, KeyParts.Intervals intervals) {
            try {
                return PostgresKeySums.keys(
                        connection, intervals, List.of(rows(table, conditions)));
            } catch (SQLException e) {
                throw SqlFailure.of(Failure.Kind.SOURCE, "reading the keys of " + table, e);
            }
        }

        private static PostgresKeySums.Rows rows(TableName table, List<String> conditions) {
            return new PostgresKeySums.Rows(
                    "ONLY " + table.quoted() + " AS own", "own", conditions, true);
        }

        @Override
        public String within(KeyParts parts) {
            return PostgresKeySums.within(parts, "");
        }

        @Override
        public boolean lives() {
            try {
                return connection.isValid(SECONDS_TO_ANSWER);
            } catch (SQLException e) {
                return false;
            }
        }

        @Override
        public void close() {
            SourceSnapshot.leave(connection);
        }
    }
}
