package dev.understudy.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `jdbc:mysql://host:3306/shop?sslMode=VERIFY_CA`, taken apart.
///
/// @param server up to the last slash
/// @param database decoded
/// @param parameters with their question mark, or empty
record MySqlUrl(String server, String database, String parameters) {
    private static final Pattern URL =
            Pattern.compile("(jdbc:(?:mysql|mariadb):[^?]*?//[^/?]*/)([^?]*)(\\?.*)?");

    /// Empty if it names no database.
    static Optional<MySqlUrl> parse(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches() || parts.group(2).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new MySqlUrl(
                        parts.group(1),
                        URLDecoder.decode(parts.group(2), UTF_8),
                        parts.group(3) == null ? "" : parts.group(3)));
    }

    /// The URL of another database on the same server; of none if the name is empty.
    String of(String other) {
        return server + URLEncoder.encode(other, UTF_8) + parameters;
    }
}
