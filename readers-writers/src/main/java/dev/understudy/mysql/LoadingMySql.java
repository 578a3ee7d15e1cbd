package dev.understudy.mysql;

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
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Predicate;

/// A schema of a MySQL or MariaDB server that is being loaded. Statements of the structure commit
/// by themselves there, so each knows how to see that it has been done.
final class LoadingMySql implements LoadingTwin {
    /// "Query execution was interrupted".
    static final int CANCELLED = 1317;

    /// As much of a key as an index of utf8mb4 takes in every row format.
    private static final int INDEXED_CHARACTERS = 191;

    private final MySqlTwin twin;
    private final MySqlSessions sessions;
    private volatile Optional<ForeignSource> foreign = Optional.empty();
    private volatile Optional<MySqlTarget> otherProduct = Optional.empty();

    LoadingMySql(MySqlTwin twin, MySqlSessions sessions) {
        this.twin = twin;
        this.sessions = sessions;
    }

    @Override
    public Connection session() {
        return sessions.session();
    }

    @Override
    public Blueprint blueprint(
            SourceDatabase source, Predicate<TableName> wanted, Unheld unheld, boolean deltas) {
        try (Connection session = session()) {
            MySqlTarget target = MySqlTarget.read(session, deltas);
            if (!(source instanceof MySqlSource mysql)) {
                PortableStructure structure = source.portable(wanted);
                foreign = Optional.of(new ForeignSource(structure, unheld));
                return PortableBlueprint.of(structure, target, unheld);
            }
            otherProduct = Optional.of(target).filter(_ -> mysql.isMariaDb() != target.mariaDb());
            Blueprint blueprint = mysql.blueprint(wanted, target);
            if (MySqlStructure.hasPrograms(blueprint)) {
                twin.checkProgramRights();
            }
            return blueprint;
        } catch (SQLException e) {
            throw failure("asking the twin's server what it offers", e);
        }
    }

    private String name(TableName table) {
        return foreign.isPresent() ? PortableBlueprint.name(table) : table.name();
    }

    @Override
    public StructureStatement addKeyColumn(TableName table, String column) {
        return new StructureStatement(
                "column",
                table + "." + column,
                Optional.of(table),
                false,
                List.of(),
                "ALTER TABLE %s ADD COLUMN %s longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
                        .formatted(MySqlName.quote(name(table)), MySqlName.quote(column)),
                Optional.of(named("columns", "column_name", table, column)));
    }

    @Override
    public StructureStatement indexKeyColumn(TableName table, String column) {
        return new StructureStatement(
                "index",
                table + "." + column,
                Optional.of(table),
                false,
                List.of(),
                "CREATE INDEX %2$s ON %1$s (%2$s(%3$d))"
                        .formatted(
                                MySqlName.quote(name(table)),
                                MySqlName.quote(column),
                                INDEXED_CHARACTERS),
                Optional.of(named("statistics", "index_name", table, column)));
    }

    private String named(String catalog, String kind, TableName table, String name) {
        return "SELECT 1 FROM information_schema.%s WHERE table_schema = database() AND table_name = %s AND %s = %s"
                .formatted(catalog, MySqlName.literal(name(table)), kind, MySqlName.literal(name));
    }

    @Override
    public void execute(Connection session, Statement statement, List<StructureStep> steps)
            throws SQLException {
        MySqlStructure.prepare(session);
        for (StructureStep step : steps) {
            try {
                MySqlStructure.apply(session, step.statement());
            } catch (SQLException e) {
                if (isCancelled(e)) {
                    throw new Failure(
                            Failure.Kind.INTERRUPTED, "stopped in " + step.statement().what());
                }
                throw failure("twin: " + step.statement().what(), e);
            }
        }
    }

    @Override
    public List<NotCarried> complete(
            Connection session, Blueprint blueprint, String receipt, Optional<String> position) {
        List<StructureStatement> afterSwap = blueprint.afterPublishing();
        Map<StructureStatement, NotCarried> refused = twin.rehearse(afterSwap, otherProduct);
        twin.stamp(
                session,
                receipt,
                position,
                afterSwap.stream().filter(each -> !refused.containsKey(each)).toList());
        return List.copyOf(refused.values());
    }

    @Override
    public List<NotCarried> unmet(Connection session) throws SQLException {
        var unmet = new ArrayList<NotCarried>();
        for (Map.Entry<String, String> each : orphans(session).entrySet()) {
            try (var statement = session.createStatement();
                    var row = statement.executeQuery(each.getValue())) {
                if (row.next()) {
                    unmet.add(
                            new NotCarried(
                                    "proof of foreign key",
                                    each.getKey(),
                                    "rows reference nothing, as in a source whose keys were switched off, or whose texts differ from what they reference in case (which ignore-case: true evens out) or in accents"));
                }
            }
        }
        return unmet;
    }

    /// For each foreign key, a query for a row that references nothing. The server has added them
    /// without looking.
    private static Map<String, String> orphans(Connection session) throws SQLException {
        var keys = new TreeMap<String, Orphans>();
        try (var statement = session.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
                                FROM information_schema.key_column_usage
                                WHERE table_schema = database() AND referenced_table_schema = database()
                                """)) {
            while (rows.next()) {
                String table = rows.getString(1);
                String referenced = rows.getString(4);
                Orphans orphans =
                        keys.computeIfAbsent(
                                table + "." + rows.getString(2),
                                _ -> new Orphans(table, referenced));
                String own = "own." + MySqlName.quote(rows.getString(3));
                orphans.given().add(own + " IS NOT NULL");
                orphans.same().add("other." + MySqlName.quote(rows.getString(5)) + " = " + own);
            }
        }
        var queries = new TreeMap<String, String>();
        keys.forEach((name, orphans) -> queries.put(name, orphans.query()));
        return queries;
    }

    private record Orphans(String table, String referenced, StringJoiner given, StringJoiner same) {
        Orphans(String table, String referenced) {
            this(table, referenced, new StringJoiner(" AND "), new StringJoiner(" AND "));
        }

        String query() {
            return "SELECT 1 FROM %s AS own WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS other WHERE %s) LIMIT 1"
                    .formatted(MySqlName.quote(table), given, MySqlName.quote(referenced), same);
        }
    }

    @Override
    public RowWriter writer(Connection session, RowShape shape) {
        var writer =
                new LoadDataWriter(
                        session, new TableName(twin.sibling(), name(shape.table())), shape);
        return foreign.<RowWriter>map(of ->
                        new HeldValues(
                                writer,
                                shape,
                                shape.columns().stream().map(MySqlValues::check).toList(),
                                of.unheld(shape, (_, column) -> column.nullable()),
                                of.unheld(),
                                "MySQL"))
                .orElse(writer);
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
                session, tables, each -> "count(*) FROM " + MySqlName.quote(name(each)));
    }

    @Override
    public LedgerSql ledger() {
        return MySqlLedger.here();
    }

    @Override
    public Failure failure(String doing, SQLException e) {
        return sessions.failure(doing, e);
    }

    @Override
    public boolean isCancelled(SQLException e) {
        return e.getErrorCode() == CANCELLED;
    }

    @Override
    public void close() {
        sessions.close();
    }
}
