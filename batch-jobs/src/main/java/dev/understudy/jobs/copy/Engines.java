package dev.understudy.jobs.copy;

import dev.understudy.postgres.PostgresSource;
import dev.understudy.rows.Failure;
import dev.understudy.source.SourceDatabase;

/// Chooses the engine by the url: the one place that knows them all.
final class Engines {
    private Engines() {}

    static SourceDatabase source(String url, String user, String password, int mostSessions) {
        if (url.startsWith("jdbc:postgresql:")) {
            return PostgresSource.open(url, user, password, mostSessions);
        }
        throw new Failure(
                Failure.Kind.CONFIG,
                "source: no engine for this url; write jdbc:postgresql://host:port/database");
    }
}
