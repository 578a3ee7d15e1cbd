package dev.understudy.mysql;

import dev.understudy.schema.TableName;

/// Identifiers and literals as MySQL writes them.
final class MySqlName {
    private MySqlName() {}

    static String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    static String quoted(TableName table) {
        return quote(table.schema()) + "." + quote(table.name());
    }

    /// What `current_user()` says, as statements write it: `'reader'@'%'`.
    static String account(String currentUser) {
        int at = currentUser.lastIndexOf('@');
        return at < 0
                ? literal(currentUser)
                : literal(currentUser.substring(0, at))
                        + "@"
                        + literal(currentUser.substring(at + 1));
    }

    /// A string, whatever the session's sql_mode says about backslashes.
    static String literal(String text) {
        if (text.indexOf('\\') < 0) {
            return "'" + text.replace("'", "''") + "'";
        }
        return "CONVERT(0x"
                + java.util.HexFormat.of()
                        .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                + " USING utf8mb4)";
    }
}
