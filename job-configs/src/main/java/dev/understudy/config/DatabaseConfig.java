package dev.understudy.config;

/// How to reach a database.
///
/// @param url a JDBC URL: `jdbc:postgresql://replica/pagila`
/// @param connections the most connections that a run opens to it
/// @param where of the `url` in the file
public record DatabaseConfig(
        String url, String user, Secret password, int connections, Location where) {
    /// The URL as people may see it: parameters may hold a password.
    public String place() {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    /// Leaves the URL and the user out, which may come from the environment.
    @Override
    public String toString() {
        return "DatabaseConfig[" + where.path() + "]";
    }
}
