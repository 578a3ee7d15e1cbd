package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which of the two products a server is, and its version.
record MySqlVersion(boolean mariaDb, int major, int minor, int patch) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    static MySqlVersion of(Connection session) throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery("SELECT version()")) {
            row.next();
            return parse(row.getString(1));
        }
    }

    /// `8.0.31`, `9.7.4-log`, `11.4.5-MariaDB-log`, `5.5.5-10.11.6-MariaDB`.
    static MySqlVersion parse(String text) {
        boolean mariaDb = text.contains("MariaDB");
        // Before 11, MariaDB pretended to be MySQL 5.5.5 towards replicas, and some proxies keep
        // it.
        String own = mariaDb && text.startsWith("5.5.5-") ? text.substring(6) : text;
        Matcher numbers = NUMBERS.matcher(own);
        if (!numbers.find()) {
            return new MySqlVersion(mariaDb, 0, 0, 0);
        }
        return new MySqlVersion(
                mariaDb,
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                Integer.parseInt(numbers.group(3)));
    }

    boolean atLeast(int wantedMajor, int wantedMinor, int wantedPatch) {
        return major != wantedMajor
                ? major > wantedMajor
                : minor != wantedMinor ? minor > wantedMinor : patch >= wantedPatch;
    }

    /// For people: `MariaDB 11.4.5`.
    @Override
    public String toString() {
        return (mariaDb ? "MariaDB " : "MySQL ") + major + "." + minor + "." + patch;
    }
}
