package dev.understudy.jobs.copy;

import dev.understudy.rows.Failure;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.StructureStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
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
    /// Steps that belong together: one after the other, in one transaction.
    ///
    /// @param locks the names of what they lock against each other
    /// @param small whether it takes so little that it may share its transaction with others
    record Task(Set<String> locks, List<StructureStep> steps, boolean small) {
        Task {
            locks = Set.copyOf(locks);
            steps = List.copyOf(steps);
        }

        String what() {
            String first = steps.getFirst().statement().what();
            return steps.size() == 1 ? first : first + " and " + (steps.size() - 1) + " more";
        }

        Task with(Task other) {
            var bothLocks = new HashSet<>(locks);
            bothLocks.addAll(other.locks);
            var bothSteps = new ArrayList<>(steps);
            bothSteps.addAll(other.steps);
            return new Task(bothLocks, bothSteps, true);
        }
    }

    /// So many steps share a transaction: a table takes several locks, and the server has 6,400 by
    /// default.
    static final int MOST_STEPS = 200;

    private final LoadingTwin twin;
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
            LoadingTwin twin,
            TwinLedger ledger,
            CopyProgress progress,
            int most,
            BooleanSupplier stopping) {
        this.twin = twin;
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
            List<StructureStep> steps =
                    task.steps().stream()
                            .filter(step -> !done.contains(step.id()) && taken.add(step.id()))
                            .toList();
            if (!steps.isEmpty()) {
                waiting.add(new Task(task.locks(), steps, task.small()));
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
        while (running < most) {
            // Each worker gets its share of the small ones, so that none is idle meanwhile.
            Task task = next(Math.ceilDiv(waiting.size(), most - running));
            if (task == null) {
                return;
            }
            locked.addAll(task.locks());
            running++;
            workers.execute(() -> run(task));
        }
    }

    /// Takes the first task that nothing is in the way of, and with a small one others of them.
    private @Nullable Task next(int share) {
        Task task = null;
        int tasksTaken = 0;
        var blocked = new HashSet<>(locked);
        for (Iterator<Task> tasks = waiting.iterator(); tasks.hasNext() && tasksTaken < share; ) {
            Task each = tasks.next();
            boolean fits =
                    task == null
                            || (each.small()
                                    && task.steps().size() + each.steps().size() <= MOST_STEPS);
            if (!fits || each.locks().stream().anyMatch(blocked::contains)) {
                blocked.addAll(each.locks()); // an earlier task of the same table stays earlier
                continue;
            }
            tasks.remove();
            task = task == null ? each : task.with(each);
            tasksTaken++;
            if (!each.small()) {
                break;
            }
        }
        return task;
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
        try (Connection session = twin.session()) {
            session.setAutoCommit(false);
            try (var statement = session.createStatement()) {
                executing.add(statement); // a stop can cancel it
                try {
                    twin.execute(session, statement, task.steps());
                } finally {
                    executing.remove(statement);
                }
                ledger.noteDone(session, task.steps().stream().map(StructureStep::id).toList());
                session.commit();
            }
            // An uncommitted transaction is rolled back when the session is given back.
        } catch (SQLException e) {
            if (stopping.getAsBoolean() && twin.isCancelled(e)) {
                throw new Failure(Failure.Kind.INTERRUPTED, "stopped in " + doing);
            }
            throw twin.failure("twin: " + doing, e);
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
