package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.StagingTwin;
import dev.understudy.twin.TwinChange;
import dev.understudy.twin.TwinDatabase.State;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A live twin on MySQL or MariaDB that a run changes. The position lies beside the stamp in the
/// twin; while a run is under way, staging tables and the ledger lie in a schema of their own
/// beside it.
public final class MySqlChange implements TwinChange {
    private final MySqlTwin twin;

    /// @param twin the run's; its sibling is not touched
    public MySqlChange(MySqlTwin twin) {
        this.twin = twin;
    }

    @Override
    public State state() {
        return twin.administer(
                "looking at the twin",
                admin -> {
                    Set<String> staged = MySqlTwin.tables(admin, twin.staging());
                    if (twin.isStamped(admin, twin.live())) {
                        return MySqlTriggers.areMissing(admin, twin.staging())
                                ? State.READY
                                : State.LIVE;
                    }
                    if (!staged.contains(StagingMySql.LIST)) {
                        return State.ABSENT;
                    }
                    boolean ready =
                            MySqlTwin.texts(
                                            admin,
                                            "SELECT run FROM "
                                                    + MySqlTwin.in(
                                                            twin.staging(), StagingMySql.READY))
                                    .contains(twin.run());
                    return ready ? State.READY : State.LOADING;
                });
    }

    @Override
    public Optional<Position> position() {
        return twin.administer(
                "looking at the twin",
                admin -> {
                    // Older versions have left no position.
                    boolean known =
                            !MySqlTwin.texts(
                                            admin,
                                            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s AND column_name = 'position'"
                                                    .formatted(
                                                            MySqlName.literal(twin.live()),
                                                            MySqlName.literal(MySqlTwin.STAMP)))
                                    .isEmpty();
                    if (!known) {
                        return Optional.empty();
                    }
                    try (var row =
                            admin.executeQuery(
                                    "SELECT run, position FROM "
                                            + MySqlTwin.in(twin.live(), MySqlTwin.STAMP)
                                            + " WHERE position IS NOT NULL")) {
                        return row.next()
                                ? Optional.of(new Position(row.getString(1), row.getString(2)))
                                : Optional.empty();
                    }
                });
    }

    @Override
    public boolean isForeign(SourceDatabase source) {
        return twin.isForeign(source);
    }

    @Override
    public StagingTwin open(int mostSessions) {
        return new StagingMySql(twin, twin.liveSessions(mostSessions));
    }

    @Override
    public List<Merged> publish() {
        try (MySqlSessions sessions = twin.liveSessions(2)) {
            try {
                return new MySqlMerge(twin, sessions).merge();
            } catch (SQLException e) {
                // What holds in the source does not hold in source and twin mixed, so they have
                // drifted apart.
                throw MySqlMerge.isDrift(e)
                        ? MySqlFailure.of(Failure.Kind.MISMATCH, "merging what is staged", e)
                        : sessions.failure("merging what is staged", e);
            }
        }
    }

    @Override
    public void clear() {
        twin.administer(
                "removing what is staged",
                admin -> {
                    MySqlTriggers.restore(admin, twin);
                    MySqlTwin.drop(admin, twin.staging());
                    return true;
                });
    }
}
