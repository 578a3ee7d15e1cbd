package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.NotCarried;
import dev.understudy.schema.PortableStructure;
import dev.understudy.schema.TableName;
import dev.understudy.source.RowCounts;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.ForeignSource;
import dev.understudy.twin.HeldValues;
import dev.understudy.twin.LedgerSql;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.RowWriter;
import dev.understudy.twin.StructureStatement;
import dev.understudy.twin.StructureStep;
import dev.understudy.twin.Unheld;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A PostgreSQL database that is being loaded.
final class LoadingPostgres implements LoadingTwin {
    /// SQLSTATE query_canceled.
    private static final String CANCELLED = "57014";

    /// A function, a table, a type that does not exist.
    private static final Set<String> UNRESOLVED = Set.of("42883", "42P01", "42704");

    /// Lets bodies of functions, which checks, generated columns and indexes call, find in this
    /// transaction what they name without a schema. In the source they found it along a search
    /// path.
    static final String ALL_SCHEMAS = allSchemas(true);

    /// @param local whether for this transaction alone, or as long as the session lasts
    static String allSchemas(boolean local) {
        return """
        SELECT pg_catalog.set_config('search_path', pg_catalog.string_agg(
            pg_catalog.quote_ident(n.nspname), ', ' ORDER BY n.nspname <> 'public', n.nspname), %s)
        FROM pg_catalog.pg_namespace n
        WHERE %s
        """
                .formatted(local, SystemCatalog.USER_SCHEMA);
    }

    /// The same for a session, where no query of some table could be planned without: the planner
    /// puts bodies of SQL functions in the place of their calls, in the expressions of a table's
    /// indexes, statistics and partition keys, whatever the query asks for.
    static final String PATH_TO_PLAN =
            allSchemas(false)
                    + """
                    HAVING EXISTS (
                        SELECT FROM pg_catalog.pg_depend d
                        JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid AND p.proconfig IS NULL
                        JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'sql'
                        WHERE d.refclassid = %d AND d.classid IN (%d, %d, %d, %d))
                    """
                            .formatted(
                                    SystemCatalog.ROUTINE,
                                    SystemCatalog.CLASS,
                                    SystemCatalog.STATISTICS,
                                    SystemCatalog.CONSTRAINT,
                                    SystemCatalog.DEFAULT);

    /// Schema `understudy` in the database that is being loaded, gone when the twin is published.
    /// The lock of `note` lies in a query of its own: where it had to wait in a join, the server
    /// would look at the joined ids again, and give each of them more than once.
    static final LedgerSql LEDGER =
            new LedgerSql(
                    List.of(
                            """
                            CREATE SCHEMA IF NOT EXISTS understudy;
                            CREATE TABLE IF NOT EXISTS understudy.run (
                                run bigint PRIMARY KEY, fence bigint NOT NULL, snapshots int NOT NULL DEFAULT 0, outline bytea);
                            CREATE TABLE IF NOT EXISTS understudy.checkpoint (
                                split int, piece int, last_key bytea, rows bigint NOT NULL, bytes bigint NOT NULL,
                                kept_checksum bigint NOT NULL, sent_checksum bigint NOT NULL, unfit bigint NOT NULL,
                                parts text NOT NULL, snapshot int NOT NULL, millis bigint NOT NULL, done boolean NOT NULL,
                                PRIMARY KEY (split, piece));
                            CREATE TABLE IF NOT EXISTS understudy.statement (id text PRIMARY KEY);
                            """),
                    "understudy.run",
                    "understudy.checkpoint",
                    "understudy.statement",
                    """
                    INSERT INTO understudy.checkpoint
                    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM understudy.run WHERE run = ? AND fence = ? FOR SHARE
                    ON CONFLICT (split, piece) DO UPDATE SET last_key = excluded.last_key, rows = excluded.rows,
                        bytes = excluded.bytes, kept_checksum = excluded.kept_checksum,
                        sent_checksum = excluded.sent_checksum, unfit = excluded.unfit, parts = excluded.parts,
                        snapshot = excluded.snapshot, millis = excluded.millis, done = excluded.done
                    """,
                    """
                    INSERT INTO understudy.statement
                    SELECT done.id FROM (%s) AS done,
                        (SELECT FROM understudy.run WHERE run = ? AND fence = ? FOR SHARE) AS holding
                    """,
                    "SELECT 1 FROM understudy.run WHERE run = ? AND fence = ? FOR SHARE",
                    List.of("SET LOCAL synchronous_commit = on"),
                    List.of(
                            """
                            DROP TABLE IF EXISTS understudy.run, understudy.checkpoint, understudy.statement;
                            DO $$ BEGIN
                                IF NOT EXISTS (SELECT FROM pg_catalog.pg_class
                                               WHERE relnamespace = pg_catalog.to_regnamespace('understudy')) THEN
                                    DROP SCHEMA IF EXISTS understudy;
                                END IF;
                            END $$;
                            """));

    private static final String UNMET =
            """
            SELECT n.nspname || '.' || c.relname || '.' || k.conname
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE k.contype = 'f' AND NOT k.convalidated ORDER BY 1
            """;

    private final PostgresSessions sessions;
    private final String run;
    private volatile Optional<ForeignSource> foreign = Optional.empty();

    /// @param run that makes the database, with its token
    LoadingPostgres(PostgresSessions sessions, String run) {
        this.sessions = sessions;
        this.run = run;
    }

    @Override
    public Connection session() {
        return sessions.session();
    }

    @Override
    public Blueprint blueprint(
            SourceDatabase source, Predicate<TableName> wanted, Unheld unheld, boolean deltas) {
        if (!(source instanceof PostgresSource postgres)) {
            PortableStructure structure = source.portable(wanted);
            foreign = Optional.of(new ForeignSource(structure, unheld));
            return PortableBlueprint.of(structure, unheld);
        }
        StructureTarget target;
        try (Connection session = session()) {
            target = StructureTarget.read(session).triedOut(session, postgres.extensions());
        } catch (SQLException e) {
            throw failure("asking the twin's server what it offers", e);
        }
        return postgres.blueprint(wanted, target);
    }

    @Override
    public StructureStatement addKeyColumn(TableName table, String column) {
        return ofKeyColumn(
                "column",
                table,
                column,
                "ALTER TABLE %s ADD COLUMN %s pg_catalog.text"
                        .formatted(table.quoted(), TableName.quote(column)));
    }

    @Override
    public StructureStatement indexKeyColumn(TableName table, String column) {
        return ofKeyColumn(
                "index",
                table,
                column,
                "CREATE INDEX ON %s (%s)".formatted(table.quoted(), TableName.quote(column)));
    }

    private static StructureStatement ofKeyColumn(
            String kind, TableName table, String column, String sql) {
        return new StructureStatement(kind, table + "." + column, Optional.of(table), false, sql);
    }

    // One round trip for all. The server does not say which of them failed, so then each goes
    // alone.
    // setval and the like are not rolled back, but every statement here may be repeated.
    @Override
    public void execute(Connection session, Statement statement, List<StructureStep> steps)
            throws SQLException {
        // The driver would take a question mark of an operator for a parameter.
        statement.setEscapeProcessing(false);
        try {
            statement.execute(
                    steps.stream()
                            .map(step -> step.statement().sql())
                            .collect(Collectors.joining(";\n", "", ";\nSET search_path = ''")));
        } catch (SQLException e) {
            if (isCancelled(e) || (steps.size() == 1 && !isUnresolved(e))) {
                throw e;
            }
            session.rollback();
            for (StructureStep step : steps) {
                try {
                    execute(session, statement, step.statement().sql());
                } catch (SQLException reason) {
                    throw failure("twin: " + step.statement().what(), reason);
                }
            }
            statement.execute("SET search_path = ''");
        }
    }

    // What is made names everything in full, but bodies of functions that it calls need not.
    private static void execute(Connection session, Statement statement, String sql)
            throws SQLException {
        Savepoint before = session.setSavepoint();
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!isUnresolved(e)) {
                throw e;
            }
            session.rollback(before);
            try {
                statement.execute(ALL_SCHEMAS);
                statement.execute(sql);
                statement.execute("SET search_path = ''");
            } catch (SQLException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
        session.releaseSavepoint(before);
    }

    private static boolean isUnresolved(SQLException e) {
        return UNRESOLVED.contains(e.getSQLState());
    }

    // Row security in the same transaction: from then on even the twin's owner may not see all rows
    // and could not check them again.
    @Override
    public List<NotCarried> complete(
            Connection session, Blueprint blueprint, String receipt, Optional<String> position)
            throws SQLException {
        if (position.isPresent()) {
            PostgresPosition.write(session, run, position.get());
        }
        try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            for (StructureStatement each : blueprint.afterAllRows()) {
                if (each.kind().equals(StructureStatement.ROW_SECURITY)) {
                    statement.execute(each.sql());
                }
            }
            PostgresPosition.stamp(session, statement, run, receipt);
            // Waits for the disk, and takes all earlier commits with it.
            statement.execute("SET LOCAL synchronous_commit = on");
        }
        return List.of();
    }

    @Override
    public List<NotCarried> unmet(Connection session) throws SQLException {
        var unmet = new ArrayList<NotCarried>();
        if (foreign.isPresent()) {
            try (Statement statement = session.createStatement();
                    var rows = statement.executeQuery(UNMET)) {
                while (rows.next()) {
                    unmet.add(
                            new NotCarried(
                                    "proof of foreign key",
                                    rows.getString(1),
                                    "rows reference nothing, which its engine let pass or took for equal; new rows must reference something"));
                }
            }
        }
        return unmet;
    }

    @Override
    public RowWriter writer(Connection session, RowShape shape) {
        return foreign.<RowWriter>map(of ->
                        new HeldValues(
                                new CopyWriter(session, shape, null),
                                shape,
                                shape.columns().stream().map(PostgresValues::check).toList(),
                                of.unheld(
                                        shape,
                                        (table, column) ->
                                                PortableBlueprint.isNullable(
                                                        table, column, of.unheld())),
                                of.unheld(),
                                "PostgreSQL"))
                .orElseGet(() ->
                        new CopyWriter(
                                session,
                                shape,
                                OidTranslation.forShape(shape, session).orElse(null)));
    }

    @Override
    public Map<TableName, Long> count(Connection session, List<TableName> tables)
            throws SQLException {
        try (var statement = session.createStatement()) {
            // The session may be older than the twin's indexes.
            statement.execute(ALL_SCHEMAS);
        }
        return RowCounts.of(session, tables, each -> PostgresSource.counted(each, List.of()));
    }

    @Override
    public LedgerSql ledger() {
        return LEDGER;
    }

    @Override
    public Failure failure(String doing, SQLException e) {
        return SqlFailure.of(Failure.Kind.TARGET, doing, e);
    }

    @Override
    public boolean isCancelled(SQLException e) {
        return CANCELLED.equals(e.getSQLState());
    }

    @Override
    public void close() {
        sessions.close();
    }
}
