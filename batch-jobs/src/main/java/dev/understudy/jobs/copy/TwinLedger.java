package dev.understudy.jobs.copy;

import dev.understudy.rows.Failure;
import dev.understudy.twin.LedgerSql;
import dev.understudy.twin.TwinSessions;
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

/// The ledger of a run that loads a twin: tables in the database that is being loaded, gone when
/// the twin is published. Checkpoints are written in the transaction of their rows.
final class TwinLedger implements Ledger {
    private final TwinSessions twin;
    private final LedgerSql sql;
    private final LedgerJson json;
    private final long run;
    private final long fence;

    private TwinLedger(TwinSessions twin, LedgerJson json, long run, long fence) {
        this.twin = twin;
        this.sql = twin.ledger();
        this.json = json;
        this.run = run;
        this.fence = fence;
    }

    /// Opens the ledger and takes it over from every process with a lower fence.
    static TwinLedger open(TwinSessions twin, LedgerJson json, long run, long fence) {
        var ledger = new TwinLedger(twin, json, run, fence);
        ledger.inTransaction(
                "taking over the twin",
                session -> {
                    executeAll(session, ledger.sql.create());
                    ledger.takeOver(session);
                    return true;
                });
        return ledger;
    }

    private void takeOver(Connection session) throws SQLException {
        try (var query =
                session.prepareStatement(
                        "SELECT fence FROM " + sql.run() + " WHERE run = ? FOR UPDATE")) {
            query.setLong(1, run);
            try (var result = query.executeQuery()) {
                if (!result.next()) {
                    update(session, "INSERT INTO " + sql.run() + " (fence, run) VALUES (?, ?)");
                } else if (result.getLong(1) > fence) {
                    throw overtaken(run);
                } else {
                    update(session, "UPDATE " + sql.run() + " SET fence = ? WHERE run = ?");
                }
            }
        }
    }

    private void update(Connection session, String statement) throws SQLException {
        try (var update = session.prepareStatement(statement)) {
            update.setLong(1, fence);
            update.setLong(2, run);
            update.executeUpdate();
        }
    }

    private static void executeAll(Connection session, List<String> statements)
            throws SQLException {
        try (var statement = session.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Override
    public List<Split> splits() {
        return outline().map(json::splits).orElse(List.of());
    }

    @Override
    public String fingerprint() {
        return outline().map(json::fingerprint).orElse("");
    }

    @Override
    public Map<String, Positions.OfTable> positions() {
        return outline().map(json::positions).orElse(Map.of());
    }

    private Optional<byte[]> outline() {
        return inTransaction(
                "reading the splits",
                session -> {
                    try (var query =
                            session.prepareStatement(
                                    "SELECT outline FROM " + sql.run() + " WHERE run = ?")) {
                        query.setLong(1, run);
                        try (var result = query.executeQuery()) {
                            return Optional.ofNullable(result.next() ? result.getBytes(1) : null);
                        }
                    }
                });
    }

    @Override
    public void begin(
            List<Split> splits, String fingerprint, Map<String, Positions.OfTable> positions) {
        inTransaction(
                "storing the splits",
                session -> {
                    checkFence(session);
                    try (var update =
                            session.prepareStatement(
                                    "UPDATE " + sql.run() + " SET outline = ? WHERE run = ?")) {
                        update.setBytes(1, json.outline(splits, fingerprint, positions));
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
                    try (var query = session.prepareStatement("SELECT * FROM " + sql.checkpoint());
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
        LedgerJson.Lists lists = LedgerJson.lists(result.getString("parts"));
        return new Checkpoint(
                Optional.ofNullable(result.getBytes("last_key")).map(json::key),
                result.getLong("rows"),
                result.getLong("bytes"),
                result.getLong("kept_checksum"),
                result.getLong("sent_checksum"),
                result.getLong("unfit"),
                lists.unfitCounts(),
                lists.parts(),
                result.getInt("snapshot"),
                result.getLong("millis"),
                result.getBoolean("done"));
    }

    @Override
    public void record(@Nullable Connection session, PieceId piece, Checkpoint checkpoint) {
        if (session == null) {
            throw new IllegalArgumentException(
                    "a twin's checkpoint needs the transaction of its rows");
        }
        try {
            try (var upsert = session.prepareStatement(sql.record())) {
                upsert.setInt(1, piece.split());
                upsert.setInt(2, piece.index());
                upsert.setBytes(3, checkpoint.last().map(json::key).orElse(null));
                upsert.setLong(4, checkpoint.rows());
                upsert.setLong(5, checkpoint.bytes());
                upsert.setLong(6, checkpoint.keptChecksum());
                upsert.setLong(7, checkpoint.sentChecksum());
                upsert.setLong(8, checkpoint.unfit());
                upsert.setString(9, LedgerJson.lists(checkpoint));
                upsert.setInt(10, checkpoint.snapshot());
                upsert.setLong(11, checkpoint.millis());
                upsert.setBoolean(12, checkpoint.done());
                upsert.setLong(13, run);
                upsert.setLong(14, fence);
                if (upsert.executeUpdate() < 1) {
                    throw overtaken(run);
                }
            }
            session.commit();
        } catch (SQLException e) {
            throw twin.failure("storing a checkpoint in the twin", e);
        }
    }

    @Override
    public void makeDurable(@Nullable Connection session) {
        if (session == null) {
            throw new IllegalArgumentException("a twin's checkpoints become durable in the twin");
        }
        try {
            // A commit that waits for the disk takes all earlier ones there with it, whoever made
            // them.
            executeAll(session, sql.durable());
            executeAll(
                    session, List.of("UPDATE " + sql.run() + " SET run = run WHERE run = " + run));
            session.commit();
        } catch (SQLException e) {
            throw twin.failure("flushing the twin", e);
        }
    }

    /// Removes the ledger from a twin that is complete.
    static void drop(TwinSessions twin) {
        try (var session = twin.session()) {
            session.setAutoCommit(false);
            executeAll(session, twin.ledger().durable());
            executeAll(session, twin.ledger().drop());
            session.commit();
            session.setAutoCommit(true);
        } catch (SQLException e) {
            throw twin.failure("removing the ledger from the twin", e);
        }
    }

    @Override
    public int nextSnapshot() {
        return inTransaction(
                "numbering the snapshot",
                session -> {
                    checkFence(session);
                    executeAll(
                            session,
                            List.of(
                                    "UPDATE "
                                            + sql.run()
                                            + " SET snapshots = snapshots + 1 WHERE run = "
                                            + run));
                    try (var query =
                            session.prepareStatement(
                                    "SELECT snapshots FROM " + sql.run() + " WHERE run = ?")) {
                        query.setLong(1, run);
                        try (var result = query.executeQuery()) {
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
                    // The lock makes this a transaction whose commit takes all earlier ones to
                    // the disk with it.
                    executeAll(session, sql.durable());
                    checkFence(session);
                    var done = new HashSet<String>();
                    try (var query = session.prepareStatement("SELECT id FROM " + sql.statement());
                            var result = query.executeQuery()) {
                        while (result.next()) {
                            done.add(result.getString(1));
                        }
                    }
                    return done;
                });
    }

    /// Notes statements as done in the transaction that executed them, and checks the fence there.
    void noteDone(Connection session, List<String> ids) throws SQLException {
        String united =
                "SELECT ? AS id" + " UNION ALL SELECT ?".repeat(Math.max(0, ids.size() - 1));
        try (var insert = session.prepareStatement(sql.note().formatted(united))) {
            int place = 0;
            for (String id : ids) {
                insert.setString(++place, id);
            }
            insert.setLong(++place, run);
            insert.setLong(++place, fence);
            if (insert.executeUpdate() != ids.size()) {
                throw overtaken(run);
            }
        }
    }

    /// Checks that no other process has taken over, and keeps it so until the transaction ends.
    void checkFence(Connection session) throws SQLException {
        try (var query = session.prepareStatement(sql.holding())) {
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
        try (var session = twin.session()) {
            session.setAutoCommit(false);
            T result = work.in(session);
            session.commit();
            return result;
            // Otherwise the transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            throw twin.failure(doing, e);
        }
    }
}
