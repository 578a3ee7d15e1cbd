package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.StagingTwin;
import dev.understudy.twin.TwinChange;
import dev.understudy.twin.TwinDatabase.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A live twin on PostgreSQL that a run changes. Everything of ours lies in its schema
/// `understudy`: the position, and while a run is under way the staging tables and the ledger.
public final class PostgresChange implements TwinChange {
    /// SQLSTATE invalid_catalog_name: there is no such database.
    private static final String NO_DATABASE = "3D000";

    private final String url;
    private final String user;
    private final String password;
    private final String run;

    /// @param url of the live twin
    /// @param run names the run among all that may change this twin: `42-1f3a9c0d`
    public PostgresChange(String url, String user, String password, String run) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.run = run;
    }

    @Override
    public State state() {
        return ask(
                        "looking at the twin",
                        session -> {
                            if (PostgresPosition.isStamped(session, run)) {
                                return State.LIVE;
                            }
                            if (PostgresMerge.isReady(session, run)) {
                                return State.READY;
                            }
                            return PostgresPosition.exists(session, "staged")
                                    ? State.LOADING
                                    : State.ABSENT;
                        })
                .orElse(State.ABSENT);
    }

    @Override
    public Optional<Position> position() {
        return ask("looking at the twin", PostgresPosition::read).flatMap(each -> each);
    }

    @Override
    public boolean isForeign(SourceDatabase source) {
        return !(source instanceof PostgresSource);
    }

    @Override
    public StagingTwin open(int mostSessions) {
        return new StagingPostgres(
                PostgresSessions.loading(url, user, password, mostSessions), run);
    }

    @Override
    public List<Merged> publish() {
        return ask("merging what is staged", this::merge)
                .orElseThrow(() -> new Failure(Failure.Kind.TARGET, "the twin is gone"));
    }

    private List<Merged> merge(Connection session) throws SQLException {
        try {
            return new PostgresMerge(session, run).merge();
        } catch (SQLException e) {
            // What holds in the source does not hold in source and twin mixed, so they have drifted
            // apart.
            if (String.valueOf(e.getSQLState()).startsWith("23")) {
                throw SqlFailure.of(Failure.Kind.MISMATCH, "merging what is staged", e);
            }
            throw e;
        }
    }

    @Override
    public void clear() {
        ask(
                "removing what is staged",
                session -> {
                    session.setAutoCommit(false);
                    StagingPostgres.clear(session);
                    try (var statement = session.createStatement()) {
                        for (String each : LoadingPostgres.LEDGER.drop()) {
                            statement.execute(each);
                        }
                    }
                    session.commit();
                    return true;
                });
    }

    private interface Work<T> {
        T in(Connection session) throws SQLException;
    }

    /// @return empty if the database is not there
    private <T> Optional<T> ask(String doing, Work<T> work) {
        Connection connected;
        try {
            connected = PostgresSessions.administer(url, user, password);
        } catch (SQLException e) {
            if (NO_DATABASE.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw SqlFailure.of(
                    Failure.Kind.TARGET,
                    "%s: cannot connect to %s as %s"
                            .formatted(doing, PostgresSessions.withoutParameters(url), user),
                    e);
        }
        try (Connection session = connected;
                var statement = session.createStatement()) {
            statement.execute("SET search_path = ''");
            return Optional.of(work.in(session));
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, doing, e);
        }
    }
}
