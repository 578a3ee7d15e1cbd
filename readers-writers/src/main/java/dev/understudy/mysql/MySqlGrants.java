package dev.understudy.mysql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The least that a reader and a loader need, as statements without semicolons. A line that begins
/// with two dashes is a remark.
public final class MySqlGrants {
    /// What a loader does in the twin's schemas.
    static final List<String> LOADING =
            List.of(
                    "SELECT",
                    "INSERT",
                    "UPDATE",
                    "DELETE",
                    "CREATE",
                    "DROP",
                    "ALTER",
                    "INDEX",
                    "REFERENCES",
                    "CREATE VIEW",
                    "SHOW VIEW",
                    "TRIGGER",
                    "CREATE ROUTINE",
                    "ALTER ROUTINE",
                    "EXECUTE",
                    "EVENT",
                    "LOCK TABLES");

    private MySqlGrants() {}

    /// What lets a job's user read its source. The server is asked which product it is and as whom
    /// it knows the user; if it does not answer, the statements suit any.
    ///
    /// @param structure whether a twin is made, with views, triggers, events and routines
    /// @param deltas whether others' transactions must be seen
    public static List<String> reader(
            String url, String user, String password, boolean structure, boolean deltas) {
        MySqlUrl address = MySqlUrl.parse(url).orElse(new MySqlUrl(url, "", ""));
        Optional<Known> known = Known.of(address, user, password);
        String account = known.map(Known::account).orElse(anywhere(user));
        String schema = address.database();
        var grants = new ArrayList<String>();
        grants.add("-- CREATE USER " + account + " IDENTIFIED BY 'choose-one'");
        grants.add(on(schema, List.of("SELECT"), account));
        grants.add("-- For one point in time while others write:");
        grants.add(lock(account));
        if (structure) {
            grants.add("-- So that the twin has the views, triggers, events and routines, too:");
            grants.add(on(schema, List.of("SHOW VIEW", "TRIGGER", "EVENT"), account));
            if (known.isPresent()) {
                grants.add(routines(schema, account, known.get().version()));
            } else {
                grants.add("-- On MySQL:");
                grants.add("-- " + routines(schema, account, new MySqlVersion(false, 8, 4, 0)));
                grants.add("-- On MariaDB:");
                grants.add("-- " + routines(schema, account, new MySqlVersion(true, 11, 4, 0)));
            }
        }
        if (deltas) {
            grants.add("-- For deltas, which must know what may still be committed:");
            grants.add(openTransactions(account));
        }
        return grants;
    }

    /// What lets a job's user make its twins.
    public static List<String> loader(String url, String user, String password) {
        var twin = new MySqlTwin(url, user, password, "");
        String account =
                MySqlUrl.parse(url)
                        .flatMap(address -> Known.of(address, user, password))
                        .map(Known::account)
                        .orElse(anywhere(user));
        var grants = new ArrayList<String>();
        grants.add("-- CREATE USER " + account + " IDENTIFIED BY 'choose-another'");
        grants.addAll(twin.grants(account));
        grants.add(
                "-- Only if the source has triggers or functions and this server writes a binary log:");
        grants.add("-- " + TRUST);
        grants.add("-- For faster loading:");
        grants.add("-- " + LOCAL_INFILE);
        return grants;
    }

    private static String anywhere(String user) {
        return MySqlName.account(user + "@%");
    }

    /// What a server says of a user that may log in.
    private record Known(String account, MySqlVersion version) {
        static Optional<Known> of(MySqlUrl address, String user, String password) {
            try (var session = MySqlSessions.connect(address.of(""), user, password)) {
                return Optional.of(
                        new Known(MySqlPrivileges.of(session).account(), MySqlVersion.of(session)));
            } catch (SQLException e) {
                return Optional.empty();
            }
        }
    }

    static final String TRUST = "SET GLOBAL log_bin_trust_function_creators = 1";

    static final String LOCAL_INFILE = "SET GLOBAL local_infile = ON";

    static String on(String schema, List<String> privileges, String account) {
        return grant(privileges, escaped(schema), account);
    }

    private static String grant(List<String> privileges, String pattern, String account) {
        return "GRANT %s ON %s.* TO %s"
                .formatted(String.join(", ", privileges), MySqlName.quote(pattern), account);
    }

    /// On all schemas whose names begin so.
    static String onAll(String prefix, List<String> privileges, String account) {
        return grant(privileges, escaped(prefix) + "%", account);
    }

    static String lock(String account) {
        return "GRANT RELOAD ON *.* TO " + account;
    }

    /// What lets a user see when others' transactions began.
    static String openTransactions(String account) {
        return "GRANT PROCESS ON *.* TO " + account;
    }

    /// What shows the texts of others' routines.
    static String routines(String schema, String account, MySqlVersion version) {
        if (!version.mariaDb()) {
            return version.atLeast(8, 0, 20)
                    ? "GRANT SHOW_ROUTINE ON *.* TO " + account
                    : "GRANT SELECT ON *.* TO " + account;
        }
        return version.atLeast(11, 3, 0)
                ? on(schema, List.of("SHOW CREATE ROUTINE"), account)
                : "GRANT SELECT ON mysql.proc TO " + account;
    }

    /// Whether it is given.
    static boolean showsRoutines(MySqlPrivileges privileges, String schema, MySqlVersion version) {
        if (!version.mariaDb()) {
            return privileges.everywhere("SHOW_ROUTINE") || privileges.everywhere("SELECT");
        }
        return privileges.on(schema, "SHOW CREATE ROUTINE")
                || privileges.on("mysql", "proc", "SELECT");
    }

    /// A schema's name where patterns are read.
    static String escaped(String schema) {
        return schema.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    }
}
