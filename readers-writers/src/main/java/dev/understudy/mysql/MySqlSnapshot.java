package dev.understudy.mysql;

import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/// Sessions that all see the same rows of a server's transactional tables. They are opened
/// together, and no further one can join them. Thread-safe.
///
/// Under a global read lock, held for as long as it takes to open them, they see one point in time.
/// A user that may not lock gets them one after the other; the position in the server's log of
/// changes then tells whether anything was committed meanwhile.
///
/// Source: MySQL manual, "START TRANSACTION"; MariaDB manual, "Enhancements for START TRANSACTION
/// WITH CONSISTENT SNAPSHOT".
final class MySqlSnapshot implements AutoCloseable {
    /// The lock waits for running statements, and everybody who writes waits for the lock.
    private static final int LOCK_WAIT_SECONDS = 5;

    private static final int ATTEMPTS = 3;
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final List<Connection> sessions = new ArrayList<>();
    private final Queue<Connection> free = new ArrayDeque<>();
    private int living;
    private Optional<String> caveat = Optional.empty();
    private Optional<String> unlocked = Optional.empty();

    private MySqlSnapshot() {}

    /// Takes so many sessions, and one more for a moment.
    static MySqlSnapshot open(MySqlSessions pool, int most) {
        var snapshot = new MySqlSnapshot();
        try {
            for (int i = 0; i < most; i++) {
                snapshot.sessions.add(pool.session());
            }
            snapshot.begin(pool);
        } catch (SQLException e) {
            snapshot.close();
            throw MySqlFailure.of(Failure.Kind.SOURCE, "cannot open a snapshot", e);
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
        snapshot.free.addAll(snapshot.sessions);
        snapshot.living = snapshot.sessions.size();
        return snapshot;
    }

    private void begin(MySqlSessions pool) throws SQLException {
        if (sessions.size() == 1) {
            start();
            return;
        }
        try (Connection lock = pool.session()) {
            Optional<SQLException> refused = lock(lock);
            try {
                if (refused.isEmpty()) {
                    start();
                    return;
                }
            } finally {
                execute(lock, "UNLOCK TABLES");
            }
            unlocked = refused.map(MySqlFailure::describe);
            if (!beginUnlocked(lock, pool.version())) {
                caveat =
                        Optional.of(
                                "the sessions could not be opened at one point in time: there is no global read lock ("
                                        + MySqlFailure.describe(refused.get())
                                        + "), and others wrote meanwhile, or no log of changes tells that nobody did;"
                                        + " ask for: GRANT RELOAD ON *.* for the user, or read when nobody writes");
            }
        }
    }

    private static Optional<SQLException> lock(Connection session) throws SQLException {
        execute(session, "SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
        try {
            execute(session, "FLUSH TABLES WITH READ LOCK");
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e);
        }
    }

    /// Whether nothing was committed while the sessions were opened.
    private boolean beginUnlocked(Connection other, MySqlVersion version) throws SQLException {
        var log = new ChangeLog(other, version);
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<String> before = log.position();
            start();
            if (before.isEmpty()) {
                return false;
            }
            if (version.mariaDb() ? log.isSame(sessions) : log.position().equals(before)) {
                return true;
            }
        }
        return false;
    }

    private void start() throws SQLException {
        for (Connection session : sessions) {
            execute(session, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        }
    }

    /// Why the sessions may not see the same rows; empty if they do.
    Optional<String> caveat() {
        return caveat;
    }

    /// Why there was no global read lock; empty if there was one, or one session needs none.
    Optional<String> unlocked() {
        return unlocked;
    }

    /// A session of the snapshot; waits until one is free. Give it back with {@link #leave}. One
    /// that the server has ended is passed over: the others still see the same rows.
    Connection join() {
        while (true) {
            Connection session = take();
            if (lives(session)) {
                return session;
            }
            lose();
        }
    }

    private synchronized Connection take() {
        long until = System.nanoTime() + LONGEST_WAIT_NANOS;
        try {
            for (long left = LONGEST_WAIT_NANOS;
                    free.isEmpty() && living > 0 && left > 0;
                    left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Connection session = free.poll();
        if (session != null) {
            return session;
        }
        throw new Failure(
                Failure.Kind.SOURCE,
                living == 0
                        ? "the server has ended all %d sessions of the source's snapshot, and no new one could see the same rows: try again when the server can be reached"
                                .formatted(sessions.size())
                        : "no session of the source's snapshot is free: %d of %d live, and no other one can see the same rows"
                                .formatted(living, sessions.size()));
    }

    /// Gives a joined session back. One that is broken is missed from now on.
    void leave(Connection session) {
        if (lives(session)) {
            give(session);
        } else {
            lose();
        }
    }

    static boolean lives(Connection session) {
        try {
            execute(session, "DO 0");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private synchronized void give(Connection session) {
        free.add(session);
        notifyAll();
    }

    private synchronized void lose() {
        living--;
        notifyAll();
    }

    static void execute(Connection session, String sql) throws SQLException {
        try (var statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        for (Connection session : sessions) {
            try (session) {
                execute(session, "ROLLBACK");
            } catch (SQLException e) {
                // The session is broken and the pool drops it; nothing was written through it.
            }
        }
    }
}
