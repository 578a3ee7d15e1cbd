package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The least that a reader and a loader need, as statements without semicolons. A line that begins
/// with two dashes is a remark.
public final class PostgresGrants {
    private PostgresGrants() {}

    /// What lets a job's role read its source, for whoever owns the tables. The source is asked for
    /// its schemas; if it does not answer, `public` stands for all.
    ///
    /// @param selected the tables that the job is about
    /// @param structure whether a twin is made, which goes on with the sequences' values
    /// @param deltas whether others' transactions must be seen
    public static List<String> reader(
            String url,
            String role,
            String password,
            Predicate<TableName> selected,
            boolean structure,
            boolean deltas) {
        List<String> grants = reader(url, role, password, selected, structure);
        if (deltas) {
            grants.add("-- For deltas, which must know what may still be committed:");
            grants.add(openTransactions(role));
        }
        return grants;
    }

    private static List<String> reader(
            String url,
            String role,
            String password,
            Predicate<TableName> selected,
            boolean structure) {
        String database = PostgresSessions.databaseOf(url);
        try (Connection session = PostgresSessions.connect(url, role, password)) {
            var schemas = new TreeSet<String>();
            PostgresPreflight.tables(session).stream()
                    .filter(selected)
                    .forEach(each -> schemas.add(each.schema()));
            return reader(role, database, schemas, structure);
        } catch (SQLException e) {
            var grants = new ArrayList<String>();
            grants.add(
                    "-- The source could not be asked for its schemas: put yours in the place of \"public\".");
            grants.addAll(reader(role, database, List.of("public"), structure));
            return grants;
        }
    }

    /// What lets a role see when the transactions of others began.
    static String openTransactions(String role) {
        return "GRANT pg_read_all_stats TO " + TableName.quote(role);
    }

    /// What lets a role read the tables of some schemas.
    ///
    /// @param structure whether a twin is made, which goes on with the sequences' values
    private static List<String> reader(
            String role, String database, Collection<String> schemas, boolean structure) {
        String to = " TO " + TableName.quote(role);
        var grants = new ArrayList<String>();
        grants.add("-- CREATE ROLE " + TableName.quote(role) + " LOGIN PASSWORD 'choose-one'");
        grants.add(connect(database, role));
        for (String schema : schemas) {
            grants.add(usage(schema, role));
            grants.add("GRANT SELECT ON ALL TABLES" + in(schema) + to);
            if (structure) {
                grants.add(sequences(schema, role));
            }
            grants.add("-- For tables to come; execute it as the role that will create them:");
            grants.add("ALTER DEFAULT PRIVILEGES" + in(schema) + " GRANT SELECT ON TABLES" + to);
            if (structure) {
                grants.add(
                        "ALTER DEFAULT PRIVILEGES"
                                + in(schema)
                                + " GRANT SELECT ON SEQUENCES"
                                + to);
            }
        }
        grants.add("-- Only if tables have row security, because a copy must not miss rows:");
        grants.add("-- " + allRows(role));
        return grants;
    }

    /// What lets a role make twins on a server, for its administrator.
    public static List<String> loader(String role) {
        return List.of(
                "-- CREATE ROLE " + TableName.quote(role) + " LOGIN PASSWORD 'choose-another'",
                createDatabases(role),
                endSessions(role));
    }

    static String connect(String database, String role) {
        return "GRANT CONNECT ON DATABASE %s TO %s"
                .formatted(TableName.quote(database), TableName.quote(role));
    }

    static String usage(String schema, String role) {
        return "GRANT USAGE ON SCHEMA %s TO %s"
                .formatted(TableName.quote(schema), TableName.quote(role));
    }

    static String sequences(String schema, String role) {
        return "GRANT SELECT ON ALL SEQUENCES" + in(schema) + " TO " + TableName.quote(role);
    }

    static String allRows(String role) {
        return "ALTER ROLE " + TableName.quote(role) + " BYPASSRLS";
    }

    static String createDatabases(String role) {
        return "ALTER ROLE " + TableName.quote(role) + " CREATEDB";
    }

    static String endSessions(String role) {
        return "GRANT pg_signal_backend TO " + TableName.quote(role);
    }

    private static String in(String schema) {
        return " IN SCHEMA " + TableName.quote(schema);
    }
}
