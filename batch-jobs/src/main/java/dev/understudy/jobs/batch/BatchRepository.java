package dev.understudy.jobs.batch;

import dev.understudy.jobs.control.ControlDatabase;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.dao.JacksonExecutionContextStringSerializer;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.support.transaction.ResourcelessTransactionManager;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/// Spring Batch's repository in the control database. Thread-safe.
public final class BatchRepository {
    static final String JOB = "copy";
    static final String RUN = "run";

    /// Of a run that stages anew with every execution, which the framework must not take for one
    /// that goes on.
    static final String ATTEMPT = "attempt";

    private final JobRepository repository;
    private final JdbcTemplate jdbc;

    public BatchRepository(ControlDatabase database) {
        jdbc = new JdbcTemplate(database.dataSource());
        try {
            var factory = new JdbcJobRepositoryFactoryBean();
            factory.setDataSource(database.dataSource());
            factory.setTransactionManager(new JdbcTransactionManager(database.dataSource()));
            // The default serialises Java objects; contexts hold strings and numbers only.
            factory.setSerializer(new JacksonExecutionContextStringSerializer());
            // Our own lease makes a second start impossible, and H2 holds whole-table locks for
            // SERIALIZABLE.
            factory.setIsolationLevelForCreate("ISOLATION_READ_COMMITTED");
            factory.afterPropertiesSet();
            repository = lasting(database, factory.getObject());
        } catch (Exception e) {
            throw new IllegalStateException("Spring Batch's repository does not start", e);
        }
    }

    // Each call is a transaction of its own.
    private static JobRepository lasting(ControlDatabase database, JobRepository repository) {
        InvocationHandler handler =
                (proxy, method, arguments) ->
                        database.<@Nullable Object, Throwable>lasting(() -> {
                            try {
                                return method.invoke(repository, arguments);
                            } catch (InvocationTargetException e) {
                                throw Objects.requireNonNull(e.getCause());
                            }
                        });
        return (JobRepository)
                Proxy.newProxyInstance(
                        JobRepository.class.getClassLoader(),
                        new Class<?>[] {JobRepository.class},
                        handler);
    }

    JobRepository repository() {
        return repository;
    }

    /// The transactions of steps: none. Rows are committed by the outputs, and what the repository
    /// is told it commits at once, so no session of the control database is held while rows travel.
    PlatformTransactionManager transactions() {
        return new ResourcelessTransactionManager();
    }

    /// @param attempt counts the executions of a run that stages anew with each; 0 for one that
    ///   goes on
    static JobParameters parameters(long run, int attempt) {
        var parameters = new JobParametersBuilder().addLong(RUN, run);
        return (attempt == 0 ? parameters : parameters.addLong(ATTEMPT, (long) attempt))
                .toJobParameters();
    }

    /// The executions of a run, in their order; empty if it never started.
    List<JobExecution> executions(long run) {
        List<Long> ids =
                jdbc.queryForList(
                        "SELECT job_execution_id FROM batch_job_execution_params WHERE parameter_name = ? AND"
                                + " parameter_value = ? ORDER BY job_execution_id",
                        Long.class,
                        RUN,
                        Long.toString(run));
        var executions = new ArrayList<JobExecution>();
        for (long id : ids) {
            JobExecution execution = repository.getJobExecution(id);
            if (execution != null) {
                executions.add(execution);
            }
        }
        return executions;
    }

    /// Closes what a dead process left open, so that the run can be restarted. The framework's own
    /// recovery works once and asks nobody whether the owner lives; our lease has asked. It makes
    /// an instance in one transaction and its execution in the next, and refuses one without the
    /// other.
    void closeLeftOpen(long run, int attempt) {
        JobInstance instance = repository.getJobInstance(JOB, parameters(run, attempt));
        if (instance != null && repository.getJobExecutions(instance).isEmpty()) {
            repository.deleteJobInstance(instance);
        }
        for (JobExecution execution : executions(run)) {
            for (StepExecution step : execution.getStepExecutions()) {
                if (step.getStatus().isRunning() || step.getStatus() == BatchStatus.UNKNOWN) {
                    step.setStatus(BatchStatus.FAILED);
                    step.setEndTime(LocalDateTime.now(ZoneId.systemDefault()));
                    repository.update(step);
                }
            }
            if (execution.getStatus().isRunning() || execution.getStatus() == BatchStatus.UNKNOWN) {
                execution.setStatus(BatchStatus.FAILED);
                execution.setEndTime(LocalDateTime.now(ZoneId.systemDefault()));
                repository.update(execution);
            }
        }
    }

    /// Whether any split of the run was completed that a restart would not copy again, so that its
    /// outputs must hold rows.
    public boolean hasCompletedSplits(long run) {
        return executions(run).stream()
                .filter(execution -> execution.getJobParameters().getLong(ATTEMPT) == null)
                .flatMap(execution -> execution.getStepExecutions().stream())
                .anyMatch(step ->
                        step.getStepName().startsWith(CopyJob.SPLIT_PREFIX)
                                && step.getStatus() == BatchStatus.COMPLETED);
    }

    /// A step of a run as the repository has it.
    ///
    /// @param execution counts the run's executions from 1
    /// @param rows that its outputs got
    public record StepRow(
            int execution,
            String name,
            String status,
            Optional<LocalDateTime> started,
            Optional<LocalDateTime> ended,
            long rows,
            long bytes,
            String exit) {}

    /// All steps of all executions of a run.
    public List<StepRow> steps(long run) {
        var rows = new ArrayList<StepRow>();
        int number = 0;
        for (JobExecution execution : executions(run)) {
            number++;
            var steps = new ArrayList<>(execution.getStepExecutions());
            steps.sort(Comparator.comparingLong(StepExecution::getId));
            for (StepExecution step : steps) {
                rows.add(
                        new StepRow(
                                number,
                                step.getStepName(),
                                step.getStatus().name(),
                                Optional.ofNullable(step.getStartTime()),
                                Optional.ofNullable(step.getEndTime()),
                                step.getExecutionContext().getLong(SplitItems.ROWS, 0),
                                step.getExecutionContext().getLong(SplitItems.BYTES, 0),
                                step.getExitStatus()
                                        .getExitDescription()
                                        .lines()
                                        .findFirst()
                                        .orElse("")));
            }
        }
        return rows;
    }
}
