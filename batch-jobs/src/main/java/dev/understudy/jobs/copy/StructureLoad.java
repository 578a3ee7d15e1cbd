package dev.understudy.jobs.copy;

import dev.understudy.postgres.PostgresSessions;
import dev.understudy.postgres.SqlFailure;
import dev.understudy.rows.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Executes the structure's statements in the twin, several at a time where they do not touch the
/// same tables, each in one transaction with the note that it is done. Index builds of finished
/// tables run here while other tables are still copied.
///
/// Thread-safe. The first failure stops everything that has not begun.
final class StructureLoad implements AutoCloseable {
    /// A statement and what names it in the ledger, the same in every execution.
    record Step(String id, String sql) {}

    /// Steps that belong together: one after the other, in one transaction.
    ///
    /// @param what for people: `index customer_email_key`
    /// @param locks the names of what they lock against each other
    record Task(String what, Set<String> locks, List<Step> steps) {
        Task {
            locks = Set.copyOf(locks);
            steps = List.copyOf(steps);
        }
    }

    /// SQLSTATE query_canceled.
    private static final String CANCELLED = "57014";

    private final PostgresSessions sessions;
    private final TwinLedger ledger;
    private final CopyProgress progress;
    private final BooleanSupplier stopping;
    private final ExecutorService workers;
    private final Set<String> done;

    private final Deque<Task> waiting = new ArrayDeque<>();
    private final Set<String> locked = new HashSet<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<Statement> executing = ConcurrentHashMap.newKeySet();
    private int running;
    private final int most;
    private @Nullable RuntimeException failure;
    private CountDownLatch idle = new CountDownLatch(0);

    StructureLoad(
            PostgresSessions sessions,
            TwinLedger ledger,
            CopyProgress progress,
            int most,
            BooleanSupplier stopping) {
        this.sessions = sessions;
        this.ledger = ledger;
        this.progress = progress;
        this.most = most;
        this.stopping = stopping;
        this.done = ledger.doneStatements();
        this.workers =
                Executors.newFixedThreadPool(
                        most,
                        Thread.ofPlatform().daemon().name("understudy-structure-", 1).factory());
    }

    /// Queues tasks, to be started in this order as far as their locks allow. Those that are done
    /// or queued already are passed over.
    synchronized void submit(List<Task> tasks) {
        for (Task task : tasks) {
            List<Step> steps =
                    task.steps().stream()
                            .filter(step -> !done.contains(step.id()) && taken.add(step.id()))
                            .toList();
            if (!steps.isEmpty()) {
                waiting.add(new Task(task.what(), task.locks(), steps));
            }
        }
        startWhatCan();
    }

    /// Waits until everything queued is done.
    void await() throws InterruptedException {
        while (true) {
            CountDownLatch latch;
            synchronized (this) {
                if (failure != null) {
                    throw failure;
                }
                if (stopping.getAsBoolean()) {
                    cancelWhatRuns();
                }
                if (stopping.getAsBoolean() && running == 0) {
                    throw new Failure(
                            Failure.Kind.INTERRUPTED, "stopped before the structure was complete");
                }
                if (running == 0 && waiting.isEmpty()) {
                    return;
                }
                idle = new CountDownLatch(1);
                latch = idle;
            }
            latch.await(200, TimeUnit.MILLISECONDS);
        }
    }

    /// Compares what was done with what the twin has: commits did not wait for the disk, and a
    /// server that crashed and came back may have lost the last of them.
    synchronized void checkNothingLost() {
        if (!ledger.doneStatements().containsAll(done)) {
            throw new Failure(
                    Failure.Kind.TARGET,
                    "the twin's server has crashed and lost its last commits; restart the run, which makes them again");
        }
    }

    private synchronized void startWhatCan() {
        if (failure != null || stopping.getAsBoolean()) {
            return;
        }
        var skipped = new ArrayList<Task>();
        var blocked = new HashSet<>(locked);
        while (running < most && !waiting.isEmpty()) {
            Task task = waiting.poll();
            if (task.locks().stream().anyMatch(blocked::contains)) {
                skipped.add(task);
                blocked.addAll(task.locks()); // an earlier task of the same table stays earlier
                continue;
            }
            locked.addAll(task.locks());
            blocked.addAll(task.locks());
            running++;
            workers.execute(() -> run(task));
        }
        for (int i = skipped.size() - 1; i >= 0; i--) {
            waiting.addFirst(skipped.get(i));
        }
    }

    private void run(Task task) {
        RuntimeException failed = null;
        try {
            progress.doing(task.what());
            execute(task);
        } catch (RuntimeException | Error e) {
            failed = Failure.safe(e); // whoever waits must hear of everything
        }
        synchronized (this) {
            running--;
            locked.removeAll(task.locks());
            if (failed == null) {
                task.steps().forEach(step -> done.add(step.id()));
            } else if (failure == null) {
                failure = failed;
            }
            startWhatCan();
            idle.countDown();
        }
    }

    private void execute(Task task) {
        String doing = task.what();
        try (Connection session = sessions.session()) {
            session.setAutoCommit(false);
            try (var statement = session.createStatement()) {
                // The driver would take a question mark of an operator for a parameter.
                statement.setEscapeProcessing(false);
                executing.add(statement); // a stop can cancel it
                try {
                    for (Step step : task.steps()) {
                        statement.execute(step.sql());
                    }
                } finally {
                    executing.remove(statement);
                }
                // setval and the like are not rolled back, but every statement here may be
                // repeated.
                statement.execute("SET search_path = ''");
                ledger.noteDone(session, task.steps().stream().map(Step::id).toList());
                session.commit();
            }
            // An uncommitted transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            if (stopping.getAsBoolean() && CANCELLED.equals(e.getSQLState())) {
                throw new Failure(Failure.Kind.INTERRUPTED, "stopped in " + doing);
            }
            throw SqlFailure.of(Failure.Kind.TARGET, "twin: " + doing, e);
        }
    }

    // An index build may take hours, and repeating it is all that a stop costs.
    private void cancelWhatRuns() {
        for (Statement each : executing) {
            try {
                each.cancel();
            } catch (SQLException e) {
                // It has ended meanwhile, or its session is gone.
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            waiting.clear();
        }
        workers.shutdown();
        try {
            workers.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
