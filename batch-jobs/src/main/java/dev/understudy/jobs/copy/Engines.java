package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.mysql.MySqlChange;
import dev.understudy.mysql.MySqlGrants;
import dev.understudy.mysql.MySqlSource;
import dev.understudy.mysql.MySqlTwin;
import dev.understudy.postgres.PostgresChange;
import dev.understudy.postgres.PostgresGrants;
import dev.understudy.postgres.PostgresSource;
import dev.understudy.postgres.PostgresTwin;
import dev.understudy.rows.Failure;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.TwinChange;
import dev.understudy.twin.TwinDatabase;
import java.util.List;
import java.util.function.Predicate;

/// Chooses the engine by the url: the one place that knows them all.
final class Engines {
    private Engines() {}

    static SourceDatabase source(String url, String user, String password, int mostSessions) {
        if (url.startsWith("jdbc:postgresql:")) {
            return PostgresSource.open(url, user, password, mostSessions);
        }
        if (isMySql(url)) {
            return MySqlSource.open(url, user, password, mostSessions);
        }
        throw unknown("source");
    }

    static TwinDatabase twin(DatabaseConfig twin, RunId run) {
        if (twin.url().startsWith("jdbc:postgresql:")) {
            return new PostgresTwin(
                    twin.url(), twin.user(), twin.password().reveal(), run.toString());
        }
        if (isMySql(twin.url())) {
            return mySqlTwin(twin, run);
        }
        throw unknown("twin");
    }

    private static MySqlTwin mySqlTwin(DatabaseConfig twin, RunId run) {
        return new MySqlTwin(
                twin.url(),
                twin.user(),
                twin.password().reveal(),
                run.number() + "_" + run.token());
    }

    /// A live twin that a run may change.
    static TwinChange change(DatabaseConfig twin, RunId run) {
        if (twin.url().startsWith("jdbc:postgresql:")) {
            return new PostgresChange(
                    twin.url(), twin.user(), twin.password().reveal(), run.toString());
        }
        if (isMySql(twin.url())) {
            return new MySqlChange(mySqlTwin(twin, run));
        }
        throw unknown("twin");
    }

    /// The statements that let a job's user read its source.
    static List<String> readerGrants(
            DatabaseConfig source,
            Predicate<TableName> selected,
            boolean structure,
            boolean deltas) {
        if (source.url().startsWith("jdbc:postgresql:")) {
            return PostgresGrants.reader(
                    source.url(),
                    source.user(),
                    source.password().reveal(),
                    selected,
                    structure,
                    deltas);
        }
        if (isMySql(source.url())) {
            return MySqlGrants.reader(
                    source.url(), source.user(), source.password().reveal(), structure, deltas);
        }
        throw unknown("source");
    }

    /// The statements that let a job's user make its twins.
    static List<String> loaderGrants(DatabaseConfig twin) {
        if (twin.url().startsWith("jdbc:postgresql:")) {
            return PostgresGrants.loader(twin.user());
        }
        if (isMySql(twin.url())) {
            return MySqlGrants.loader(twin.url(), twin.user(), twin.password().reveal());
        }
        throw unknown("twin");
    }

    /// The tables that a twin on another engine than the source's could not hold, as errors.
    static List<Problem> notHeld(
            SourceConfig config, SourceDatabase source, Predicate<TableName> selected) {
        if (config.twin().isEmpty()) {
            return List.of();
        }
        TwinDatabase twin = twin(config.twin().get().database(), RunId.NONE);
        if (!twin.isForeign(source)) {
            return List.of();
        }
        return twin.notHeld(source.portable(selected)).stream()
                .map(each ->
                        Problem.error(
                                "twin-cannot-hold",
                                each.message(),
                                "add %s to tables.exclude, or let a lake alone take this source"
                                        .formatted(each.table().in(config.name()))))
                .toList();
    }

    private static boolean isMySql(String url) {
        return url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:");
    }

    private static Failure unknown(String side) {
        return new Failure(
                Failure.Kind.CONFIG,
                side
                        + ": no engine for this url; write jdbc:postgresql://host:port/database or jdbc:mysql://host:port/database");
    }
}
