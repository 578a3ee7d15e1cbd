package dev.understudy.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a session's account may do, by the grants that the server shows it: its own ones and those
/// of its active roles. What is granted on columns or single routines does not count.
///
/// Source: the manuals' pages on SHOW GRANTS and GRANT.
final class MySqlPrivileges {
    /// `GRANT SELECT, SHOW VIEW ON `shop`.* TO ...`; what is granted on a table has its name.
    private static final Pattern GRANT =
            Pattern.compile(
                    "GRANT (.+?) ON (?:TABLE )?(\\*|`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\")\\.(\\*|`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\") TO .*");

    private final String account;
    private final List<Grant> grants;

    private MySqlPrivileges(String account, List<Grant> grants) {
        this.account = account;
        this.grants = grants;
    }

    /// @param schema its name's pattern, `%` for all
    /// @param table its name, empty for all
    private record Grant(Set<String> privileges, Pattern schema, boolean everywhere, String table) {
        boolean gives(String privilege) {
            return privileges.contains(privilege)
                    || privileges.contains("ALL PRIVILEGES")
                    || privileges.contains("ALL");
        }
    }

    static MySqlPrivileges of(Connection session) throws SQLException {
        var grants = new ArrayList<Grant>();
        try (var statement = session.createStatement()) {
            String account;
            String roles;
            try (var row = statement.executeQuery("SELECT current_user(), version()")) {
                row.next();
                account = row.getString(1);
                roles = MySqlVersion.parse(row.getString(2)).mariaDb() ? "" : "?";
            }
            // MariaDB shows what the active role may do by itself.
            if (!roles.isEmpty()) {
                try (var row = statement.executeQuery("SELECT current_role()")) {
                    row.next();
                    roles =
                            row.getString(1).equals("NONE")
                                    ? ""
                                    : " FOR current_user() USING " + row.getString(1);
                }
            }
            try (var rows = statement.executeQuery("SHOW GRANTS" + roles)) {
                while (rows.next()) {
                    add(rows.getString(1), grants);
                }
            }
            return new MySqlPrivileges(MySqlName.account(account), grants);
        }
    }

    private static void add(String line, List<Grant> grants) {
        Matcher parts = GRANT.matcher(line);
        if (!parts.matches()) {
            return; // a role, a routine, a proxy
        }
        Set<String> privileges =
                Arrays.stream(parts.group(1).replaceAll(" ?\\([^)]*\\)", " (columns)").split(","))
                        .map(each -> each.strip().toUpperCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        boolean everywhere = parts.group(2).equals("*");
        grants.add(
                new Grant(
                        privileges,
                        everywhere ? Pattern.compile(".*") : pattern(unquoted(parts.group(2))),
                        everywhere,
                        parts.group(3).equals("*") ? "" : unquoted(parts.group(3))));
    }

    private static String unquoted(String name) {
        String quote = name.substring(0, 1);
        return name.substring(1, name.length() - 1).replace(quote + quote, quote);
    }

    /// Of names as LIKE sees them: `shop\_twin%`.
    private static Pattern pattern(String like) {
        var regex = new StringBuilder();
        for (int i = 0; i < like.length(); i++) {
            char each = like.charAt(i);
            if (each == '\\' && i + 1 < like.length()) {
                regex.append(Pattern.quote(like.substring(++i, i + 1)));
            } else if (each == '%') {
                regex.append(".*");
            } else if (each == '_') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(each)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /// As statements write it: `'reader'@'%'`.
    String account() {
        return account;
    }

    boolean everywhere(String privilege) {
        return grants.stream().anyMatch(each -> each.everywhere() && each.gives(privilege));
    }

    /// Whether it holds for a whole schema.
    boolean on(String schema, String privilege) {
        return grants.stream()
                .anyMatch(each ->
                        each.table().isEmpty()
                                && each.schema().matcher(schema).matches()
                                && each.gives(privilege));
    }

    boolean on(String schema, String table, String privilege) {
        return on(schema, privilege)
                || grants.stream()
                        .anyMatch(each ->
                                each.table().equals(table)
                                        && each.schema().matcher(schema).matches()
                                        && each.gives(privilege));
    }

    /// Those that do not hold for a whole schema.
    List<String> missing(String schema, List<String> wanted) {
        return wanted.stream().filter(each -> !on(schema, each)).toList();
    }
}
