package dev.understudy.jobs.copy;

import dev.understudy.postgres.PostgresSessions;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ledger of a run that loads a twin: schema `understudy` in the database that is being loaded,
/// gone when the twin is published. Checkpoints are written in the transaction of their rows.
final class TwinLedger implements Ledger {
    private static final String CREATE =
            """
            CREATE SCHEMA IF NOT EXISTS understudy;
            CREATE TABLE IF NOT EXISTS understudy.run (
                run bigint PRIMARY KEY, fence bigint NOT NULL, snapshots int NOT NULL DEFAULT 0, splits bytea);
            CREATE TABLE IF NOT EXISTS understudy.checkpoint (
                split int, piece int, last_key bytea, rows bigint NOT NULL, bytes bigint NOT NULL,
                kept_checksum bigint NOT NULL, sent_checksum bigint NOT NULL, unfit bigint NOT NULL,
                parts text NOT NULL, snapshot int NOT NULL, millis bigint NOT NULL, done boolean NOT NULL,
                PRIMARY KEY (split, piece));
            CREATE TABLE IF NOT EXISTS understudy.statement (id text PRIMARY KEY);
            """;

    // Locks the row against a takeover until this transaction ends, so that an overtaken process
    // cannot commit after it; gives no row to an overtaken process.
    private static final String HOLDING_FENCE =
            "WITH holding AS (SELECT FROM understudy.run WHERE run = ? AND fence = ? FOR SHARE) ";

    private final PostgresSessions sessions;
    private final LedgerJson json;
    private final long run;
    private final long fence;

    private TwinLedger(PostgresSessions sessions, LedgerJson json, long run, long fence) {
        this.sessions = sessions;
        this.json = json;
        this.run = run;
        this.fence = fence;
    }

    /// Opens the ledger and takes it over from every process with a lower fence.
    static TwinLedger open(PostgresSessions sessions, LedgerJson json, long run, long fence) {
        var ledger = new TwinLedger(sessions, json, run, fence);
        ledger.inTransaction(
                "taking over the twin",
                session -> {
                    try (var statement = session.createStatement()) {
                        statement.execute(CREATE);
                    }
                    try (var insert =
                            session.prepareStatement(
                                    "INSERT INTO understudy.run AS r (run, fence) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET fence ="
                                            + " excluded.fence WHERE r.fence <= excluded.fence")) {
                        insert.setLong(1, run);
                        insert.setLong(2, fence);
                        if (insert.executeUpdate() != 1) {
                            throw overtaken(run);
                        }
                    }
                    return true;
                });
        return ledger;
    }

    @Override
    public List<Split> splits() {
        return outline().map(json::splits).orElse(List.of());
    }

    @Override
    public String fingerprint() {
        return outline().map(json::fingerprint).orElse("");
    }

    private Optional<byte[]> outline() {
        return inTransaction(
                "reading the splits",
                session -> {
                    try (var query =
                            session.prepareStatement(
                                    "SELECT splits FROM understudy.run WHERE run = ?")) {
                        query.setLong(1, run);
                        try (var result = query.executeQuery()) {
                            return Optional.ofNullable(result.next() ? result.getBytes(1) : null);
                        }
                    }
                });
    }

    @Override
    public void begin(List<Split> splits, String fingerprint) {
        inTransaction(
                "storing the splits",
                session -> {
                    checkFence(session);
                    try (var update =
                            session.prepareStatement(
                                    "UPDATE understudy.run SET splits = ? WHERE run = ?")) {
                        update.setBytes(1, json.outline(splits, fingerprint));
                        update.setLong(2, run);
                        return update.executeUpdate();
                    }
                });
    }

    @Override
    public Map<PieceId, Checkpoint> checkpoints() {
        return inTransaction(
                "reading the checkpoints",
                session -> {
                    var checkpoints = new HashMap<PieceId, Checkpoint>();
                    try (var query =
                                    session.prepareStatement(
                                            "SELECT * FROM understudy.checkpoint");
                            var result = query.executeQuery()) {
                        while (result.next()) {
                            checkpoints.put(
                                    new PieceId(result.getInt("split"), result.getInt("piece")),
                                    checkpoint(result));
                        }
                    }
                    return checkpoints;
                });
    }

    private Checkpoint checkpoint(ResultSet result) throws SQLException {
        return new Checkpoint(
                Optional.ofNullable(result.getBytes("last_key")).map(json::key),
                result.getLong("rows"),
                result.getLong("bytes"),
                result.getLong("kept_checksum"),
                result.getLong("sent_checksum"),
                result.getLong("unfit"),
                LedgerJson.parts(result.getString("parts")),
                result.getInt("snapshot"),
                result.getLong("millis"),
                result.getBoolean("done"));
    }

    @Override
    public void record(@Nullable Connection twin, PieceId piece, Checkpoint checkpoint) {
        if (twin == null) {
            throw new IllegalArgumentException(
                    "a twin's checkpoint needs the transaction of its rows");
        }
        try {
            try (var upsert =
                    twin.prepareStatement(
                            HOLDING_FENCE
                                    + """
                                    INSERT INTO understudy.checkpoint
                                    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM holding
                                    ON CONFLICT (split, piece) DO UPDATE SET last_key = excluded.last_key, rows = excluded.rows,
                                        bytes = excluded.bytes, kept_checksum = excluded.kept_checksum,
                                        sent_checksum = excluded.sent_checksum, unfit = excluded.unfit, parts = excluded.parts,
                                        snapshot = excluded.snapshot, millis = excluded.millis, done = excluded.done
                                    """)) {
                upsert.setLong(1, run);
                upsert.setLong(2, fence);
                upsert.setInt(3, piece.split());
                upsert.setInt(4, piece.index());
                upsert.setBytes(5, checkpoint.last().map(json::key).orElse(null));
                upsert.setLong(6, checkpoint.rows());
                upsert.setLong(7, checkpoint.bytes());
                upsert.setLong(8, checkpoint.keptChecksum());
                upsert.setLong(9, checkpoint.sentChecksum());
                upsert.setLong(10, checkpoint.unfit());
                upsert.setString(11, LedgerJson.parts(checkpoint.parts()));
                upsert.setInt(12, checkpoint.snapshot());
                upsert.setLong(13, checkpoint.millis());
                upsert.setBoolean(14, checkpoint.done());
                if (upsert.executeUpdate() != 1) {
                    throw overtaken(run);
                }
            }
            twin.commit();
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "storing a checkpoint in the twin", e);
        }
    }

    @Override
    public void makeDurable(@Nullable Connection twin) {
        if (twin == null) {
            throw new IllegalArgumentException("a twin's checkpoints become durable in the twin");
        }
        try (var statement = twin.createStatement()) {
            // A commit that waits for the disk takes all earlier ones there with it, whoever made
            // them.
            statement.execute("SET LOCAL synchronous_commit = on");
            statement.executeUpdate("UPDATE understudy.run SET run = run WHERE run = " + run);
            twin.commit();
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "flushing the twin", e);
        }
    }

    /// Removes the ledger from a twin that is complete.
    static void drop(PostgresSessions sessions) {
        try (var session = sessions.session();
                var statement = session.createStatement()) {
            // Waits for the disk, and takes all earlier commits with it.
            statement.execute("SET synchronous_commit = on");
            statement.execute("DROP SCHEMA IF EXISTS understudy CASCADE");
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, "removing the ledger from the twin", e);
        }
    }

    @Override
    public int nextSnapshot() {
        return inTransaction(
                "numbering the snapshot",
                session -> {
                    checkFence(session);
                    try (var update =
                            session.prepareStatement(
                                    "UPDATE understudy.run SET snapshots = snapshots + 1 WHERE run = ? RETURNING snapshots")) {
                        update.setLong(1, run);
                        try (var result = update.executeQuery()) {
                            result.next();
                            return result.getInt(1);
                        }
                    }
                });
    }

    /// The statements of the structure that have been committed and survive the twin's crash.
    Set<String> doneStatements() {
        return inTransaction(
                "reading what is done",
                session -> {
                    try (var statement = session.createStatement()) {
                        // The lock makes this a transaction whose commit takes all earlier ones to
                        // the disk with it.
                        statement.execute("SET LOCAL synchronous_commit = on");
                    }
                    checkFence(session);
                    var done = new HashSet<String>();
                    try (var query =
                                    session.prepareStatement(
                                            "SELECT id FROM understudy.statement");
                            var result = query.executeQuery()) {
                        while (result.next()) {
                            done.add(result.getString(1));
                        }
                    }
                    return done;
                });
    }

    /// Notes statements as done in the transaction that executed them, and checks the fence there.
    void noteDone(Connection twin, List<String> ids) throws SQLException {
        try (var insert =
                twin.prepareStatement(
                        HOLDING_FENCE
                                + "INSERT INTO understudy.statement SELECT id FROM holding, pg_catalog.unnest(?::text[]) AS id")) {
            insert.setLong(1, run);
            insert.setLong(2, fence);
            insert.setArray(3, twin.createArrayOf("text", ids.toArray()));
            if (insert.executeUpdate() != ids.size()) {
                throw overtaken(run);
            }
        }
    }

    private void checkFence(Connection twin) throws SQLException {
        try (var query = twin.prepareStatement(HOLDING_FENCE + "SELECT 1 FROM holding")) {
            query.setLong(1, run);
            query.setLong(2, fence);
            try (var result = query.executeQuery()) {
                if (!result.next()) {
                    throw overtaken(run);
                }
            }
        }
    }

    private static Failure overtaken(long run) {
        return new Failure(
                Failure.Kind.TARGET,
                "run %d: another process has taken this run over, so this one stops writing; see: understudy show %d"
                        .formatted(run, run));
    }

    private interface Work<T> {
        T in(Connection session) throws SQLException;
    }

    private <T> T inTransaction(String doing, Work<T> work) {
        try (var session = sessions.session()) {
            session.setAutoCommit(false);
            T result = work.in(session);
            session.commit();
            return result;
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw SqlFailure.of(Failure.Kind.TARGET, doing, e);
        }
    }
}
