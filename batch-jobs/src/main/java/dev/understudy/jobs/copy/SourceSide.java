package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.Planner;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.postgres.PostgresSessions;
import dev.understudy.postgres.SourceSnapshot;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A source at one point in time, with the plan that was made from its structure as it is there.
public final class SourceSide implements AutoCloseable {
    /// Tables of which some column may not be read, or whose rows policies filter.
    private static final String UNREADABLE =
            """
            SELECT DISTINCT n.nspname, c.relname, r.denied
            FROM unnest(?::text[], ?::text[], ?::text[]) AS a (nspname, relname, attname)
            JOIN pg_catalog.pg_namespace n ON n.nspname = a.nspname
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = a.relname
            CROSS JOIN LATERAL (SELECT NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
                    AND NOT pg_catalog.has_column_privilege(c.oid, a.attname, 'SELECT') AS denied) r
            WHERE r.denied OR pg_catalog.row_security_active(c.oid)
            ORDER BY 1, 2
            """;

    private final JobConfig config;
    private final PostgresSessions sessions;
    private final SourceSnapshot snapshot;
    private final Plan plan;

    private SourceSide(
            JobConfig config, PostgresSessions sessions, SourceSnapshot snapshot, Plan plan) {
        this.config = config;
        this.sessions = sessions;
        this.snapshot = snapshot;
        this.plan = plan;
    }

    /// Connects, takes a snapshot and plans. Reads no row.
    ///
    /// @throws dev.understudy.config.ConfigProblems if config and source do not fit
    public static SourceSide open(JobConfig config) {
        DatabaseConfig source = config.source();
        // One session holds the snapshot and each worker reads through another.
        int most = Math.max(source.connections(), 2);
        PostgresSessions sessions =
                PostgresSessions.readOnly(
                        source.url(), source.user(), source.password().reveal(), most);
        try {
            SourceSnapshot snapshot = SourceSnapshot.export(sessions);
            try {
                Plan plan = Planner.plan(config, snapshot.holder());
                checkRights(plan, snapshot.holder());
                return new SourceSide(config, sessions, snapshot, plan);
            } catch (SQLException e) {
                snapshot.close();
                throw SqlFailure.of(Failure.Kind.SOURCE, "reading the source's structure", e);
            } catch (RuntimeException e) {
                snapshot.close();
                throw e;
            }
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    // Otherwise the first hour's rows would be copied before the table is reached that may not be
    // read.
    private static void checkRights(Plan plan, Connection session) throws SQLException {
        var schemas = new ArrayList<String>();
        var tables = new ArrayList<String>();
        var columns = new ArrayList<String>();
        for (TableCopy table : plan.tables()) {
            for (Decision each : table.columns()) {
                schemas.add(table.name().schema());
                tables.add(table.name().name());
                columns.add(each.column().name());
            }
        }
        String role = plan.config().source().user();
        var unreadable = new LinkedHashSet<TableName>();
        var filtered = new LinkedHashSet<TableName>();
        try (var query = session.prepareStatement(UNREADABLE)) {
            query.setArray(1, session.createArrayOf("text", schemas.toArray()));
            query.setArray(2, session.createArrayOf("text", tables.toArray()));
            query.setArray(3, session.createArrayOf("text", columns.toArray()));
            try (var result = query.executeQuery()) {
                while (result.next()) {
                    var table = new TableName(result.getString(1), result.getString(2));
                    (result.getBoolean(3) ? unreadable : filtered).add(table);
                }
            }
        }
        if (!unreadable.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "the role %s may not read %s; ask for: GRANT SELECT ON %s TO %s, and USAGE on the schema, or exclude what it must not see"
                            .formatted(
                                    role,
                                    listed(unreadable, TableName::toString),
                                    listed(unreadable, TableName::quoted),
                                    TableName.quote(role)));
        }
        if (!filtered.isEmpty()) {
            throw new Failure(
                    Failure.Kind.SOURCE,
                    "policies hide rows of %s from the role %s, so a copy would be incomplete; ask for: ALTER ROLE %s BYPASSRLS, or exclude the tables"
                            .formatted(
                                    listed(filtered, TableName::toString),
                                    role,
                                    TableName.quote(role)));
        }
    }

    private static String listed(Set<TableName> tables, Function<TableName, String> form) {
        return tables.stream().map(form).collect(Collectors.joining(", "));
    }

    JobConfig config() {
        return config;
    }

    public Plan plan() {
        return plan;
    }

    SourceSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public void close() {
        try {
            snapshot.close();
        } finally {
            sessions.close();
        }
    }
}
