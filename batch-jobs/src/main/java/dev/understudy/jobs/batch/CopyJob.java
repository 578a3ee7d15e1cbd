package dev.understudy.jobs.batch;

import dev.understudy.jobs.copy.CopyRun;
import dev.understudy.jobs.copy.Split;
import dev.understudy.jobs.copy.SplitBatch;
import dev.understudy.jobs.copy.TableOutcome;
import dev.understudy.rows.Failure;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.partition.PartitionHandler;
import org.springframework.batch.core.partition.PartitionNameProvider;
import org.springframework.batch.core.partition.Partitioner;
import org.springframework.batch.core.partition.StepExecutionSplitter;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.core.task.SyncTaskExecutor;

/// The main job: prepare, copy (partitioned by splits), finish, check, publish. A job instance is a
/// run; each of its executions works on its own {@link CopyRun}.
public final class CopyJob {
    static final String SPLIT_PREFIX = "copy:";

    private final BatchRepository batch;
    private final CopyRun run;
    private final long number;
    private final int attempt;
    private final InstantSource clock;
    private final Consumer<List<Split>> prepared;
    private final Consumer<List<TableOutcome>> checked;
    private Optional<String> manifest = Optional.empty();

    /// @param number the run's
    /// @param attempt counts the executions of a run that stages anew with each; 0 for one that
    ///   goes on where it was
    /// @param prepared told the splits once they are known
    /// @param checked told the outcomes once they agree
    public CopyJob(
            BatchRepository batch,
            CopyRun run,
            long number,
            int attempt,
            InstantSource clock,
            Consumer<List<Split>> prepared,
            Consumer<List<TableOutcome>> checked) {
        this.batch = batch;
        this.run = run;
        this.number = number;
        this.attempt = attempt;
        this.clock = clock;
        this.prepared = prepared;
        this.checked = checked;
    }

    /// How an execution ended.
    ///
    /// @param manifest of the lake, once published
    public record Ending(
            boolean complete, Optional<Throwable> failure, Optional<String> manifest) {}

    /// Executes the run, or goes on with it, in this thread.
    public Ending execute() {
        batch.closeLeftOpen(number, attempt);
        boolean resumed = attempt == 0 && batch.hasCompletedSplits(number);
        try {
            var operator = new TaskExecutorJobOperator();
            operator.setJobRepository(batch.repository());
            operator.setJobRegistry(new MapJobRegistry());
            operator.setTaskExecutor(new SyncTaskExecutor());
            operator.afterPropertiesSet();
            JobExecution execution =
                    operator.start(job(resumed), BatchRepository.parameters(number, attempt));
            boolean complete = execution.getStatus() == BatchStatus.COMPLETED;
            return new Ending(complete, complete ? Optional.empty() : cause(execution), manifest);
        } catch (Exception e) {
            throw new Failure(
                    Failure.Kind.INTERNAL,
                    "Spring Batch refuses run " + number + ": " + e.getMessage(),
                    e);
        }
    }

    // The framework wraps what our steps throw, and has an exception of its own for a stop. What
    // failed counts for more.
    private static Optional<Throwable> cause(JobExecution execution) {
        Throwable other = null;
        for (Throwable each : execution.getAllFailureExceptions()) {
            boolean explained = false;
            for (Throwable cause = each; cause != null; cause = cause.getCause()) {
                if (cause instanceof Failure failure
                        && failure.kind() != Failure.Kind.INTERRUPTED) {
                    return Optional.of(failure);
                }
                explained |= cause instanceof Failure || cause instanceof JobInterruptedException;
            }
            // A partitioned step says that one of its steps failed, and not why.
            if (!explained && (other == null || other instanceof JobExecutionException)) {
                other = each;
            }
        }
        return Optional.ofNullable(other);
    }

    private Job job(boolean resumed) {
        JobRepository repository = batch.repository();
        return new JobBuilder(BatchRepository.JOB, repository)
                .start(
                        tasklet(
                                "prepare",
                                true,
                                () -> {
                                    run.prepare(resumed);
                                    if (!run.isReady()) {
                                        prepared.accept(run.splits());
                                    }
                                }))
                .next(copyStep(repository))
                .next(tasklet("finish", true, run::finishStructure))
                .next(
                        tasklet(
                                "check",
                                true,
                                () -> {
                                    if (!run.isReady()) {
                                        checked.accept(run.check(clock.instant()));
                                    }
                                }))
                .next(tasklet("publish", true, () -> manifest = run.publish(clock.instant())))
                .build();
    }

    private interface Work {
        void run() throws Exception;
    }

    // All of them find by themselves what an earlier execution left, so all are executed again.
    private Step tasklet(String name, boolean again, Work work) {
        Tasklet tasklet =
                (contribution, context) -> {
                    if (run.mustStop()) {
                        contribution.getStepExecution().setTerminateOnly();
                        return RepeatStatus.FINISHED;
                    }
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        throw Failure.safe(e);
                    }
                    return RepeatStatus.FINISHED;
                };
        return new StepBuilder(name, batch.repository())
                .tasklet(tasklet, batch.transactions())
                .allowStartIfComplete(again)
                .build();
    }

    private Step copyStep(JobRepository repository) {
        return new StepBuilder("copy", repository)
                .partitioner("copy", new Splits())
                .partitionHandler(new Workers())
                .build();
    }

    private final class Splits implements Partitioner, PartitionNameProvider {
        @Override
        public Map<String, ExecutionContext> partition(int gridSize) {
            var contexts = new HashMap<String, ExecutionContext>();
            getPartitionNames(gridSize).forEach(name -> contexts.put(name, new ExecutionContext()));
            return contexts;
        }

        @Override
        public Collection<String> getPartitionNames(int gridSize) {
            return run.splits().stream().map(each -> "%04d".formatted(each.number())).toList();
        }
    }

    /// Executes splits in their order, some at a time. The framework's own handler takes them in
    /// the order of a hash set and goes on with hundreds of splits after the first has failed.
    private final class Workers implements PartitionHandler {
        @Override
        public Collection<StepExecution> handle(
                StepExecutionSplitter splitter, StepExecution manager) throws Exception {
            var executions = new ArrayList<>(splitter.split(manager, run.splits().size()));
            executions.sort(Comparator.comparing(StepExecution::getStepName));
            ExecutorService threads =
                    Executors.newFixedThreadPool(
                            run.workers(),
                            Thread.ofPlatform().name("understudy-worker-", 1).factory());
            try {
                var futures = new ArrayList<Future<?>>();
                for (StepExecution each : executions) {
                    futures.add(threads.submit(() -> execute(each)));
                }
                for (Future<?> each : futures) {
                    await(each);
                }
            } finally {
                threads.shutdown();
            }
            return executions;
        }

        private void execute(StepExecution execution) {
            if (run.mustStop()) {
                execution.setStatus(BatchStatus.STOPPED);
                batch.repository().update(execution);
                return;
            }
            try {
                splitStep(execution).execute(execution);
            } catch (Exception e) {
                execution.addFailureException(e);
                execution.setStatus(BatchStatus.FAILED);
            }
            if (execution.getStatus().isUnsuccessful()) {
                run.stopOthers();
            }
        }

        private static void await(Future<?> future) throws InterruptedException {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a worker died", e.getCause());
            }
        }
    }

    private Step splitStep(StepExecution execution) {
        int split = Integer.parseInt(execution.getStepName().substring(SPLIT_PREFIX.length()));
        var items = new SplitItems(run, split, execution);
        return new StepBuilder(execution.getStepName(), batch.repository())
                .<SplitBatch, SplitBatch>chunk(1)
                .transactionManager(batch.transactions())
                .reader(items)
                .writer(items)
                .build();
    }
}
