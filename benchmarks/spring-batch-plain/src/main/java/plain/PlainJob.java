package plain;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.batch.core.configuration.annotation.StepScope;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.listener.JobExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.JdbcPagingItemReader;
import org.springframework.batch.infrastructure.item.database.Order;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcPagingItemReaderBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.batch.jdbc.autoconfigure.BatchDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/// Copies one table as the reference documentation of Spring Batch teaches: a paging reader, a batch
/// writer, chunks of a thousand, two partitions. Nothing is masked. What helps it is switched on:
/// rewritten inserts, a job repository in memory, hand-written row mapping, the key built afterwards.
@SpringBootApplication
public class PlainJob {
    private static final int CHUNK = 1_000;
    private static final int PARTITIONS = 2;

    public static void main(String[] arguments) {
        System.exit(SpringApplication.exit(SpringApplication.run(PlainJob.class, arguments)));
    }

    @Bean
    @BatchDataSource
    HikariDataSource repositoryDatabase() {
        return connect("jdbc:h2:mem:repository;DB_CLOSE_DELAY=-1");
    }

    @Bean(defaultCandidate = false)
    HikariDataSource source(@Value("${BENCH_SOURCE_URL}") String url) {
        return connect(url);
    }

    @Bean(defaultCandidate = false)
    HikariDataSource target(@Value("${BENCH_TARGET_URL}") String url) {
        String rewritten = isMySql(url) ? "rewriteBatchedStatements=true" : "reWriteBatchedInserts=true";
        return connect(url + (url.contains("?") ? "&" : "?") + rewritten);
    }

    private static boolean isMySql(String url) {
        return url.startsWith("jdbc:mysql:");
    }

    private static HikariDataSource connect(String url) {
        HikariDataSource database = new HikariDataSource();
        database.setJdbcUrl(url);
        if (url.startsWith("jdbc:postgresql:")) {
            database.setUsername("bench");
        }
        return database;
    }

    @Bean
    Job copyCustomers(JobRepository repository, Step copy, Step addKey) {
        return new JobBuilder("copy-customers", repository)
                .start(copy)
                .next(addKey)
                .listener(
                        new JobExecutionListener() {
                            @Override
                            public void afterJob(JobExecution execution) {
                                report(execution);
                            }
                        })
                .build();
    }

    /// The line that the measuring script reads.
    private static void report(JobExecution execution) {
        Duration duration = Duration.between(execution.getStartTime(), execution.getEndTime());
        System.out.printf(
                "{\"status\": \"%s\", \"durationMillis\": %d}%n",
                execution.getStatus(), duration.toMillis());
    }

    @Bean
    Step copy(
            JobRepository repository,
            JdbcPagingItemReader<Customer> reader,
            @Qualifier("source") DataSource source,
            @Qualifier("target") DataSource target) {
        Step part =
                new StepBuilder("copy-part", repository)
                        .<Customer, Customer>chunk(CHUNK)
                        .transactionManager(new JdbcTransactionManager(target))
                        .reader(reader)
                        .writer(writer(target))
                        .build();
        return new StepBuilder("copy", repository)
                .partitioner("copy-part", parts -> keyRanges(source, parts))
                .step(part)
                .gridSize(PARTITIONS)
                .taskExecutor(new SimpleAsyncTaskExecutor("copy-"))
                .build();
    }

    private static Map<String, ExecutionContext> keyRanges(DataSource source, int parts) {
        long highest =
                new JdbcTemplate(source).queryForObject("SELECT max(id) FROM customer", Long.class);
        Map<String, ExecutionContext> ranges = new HashMap<>();
        for (int part = 0; part < parts; part++) {
            ExecutionContext range = new ExecutionContext();
            range.putLong("after", highest * part / parts);
            range.putLong("last", highest * (part + 1) / parts);
            ranges.put("part-" + part, range);
        }
        return ranges;
    }

    @Bean
    @StepScope
    JdbcPagingItemReader<Customer> reader(
            @Qualifier("source") DataSource source,
            @Value("#{stepExecutionContext['after']}") long after,
            @Value("#{stepExecutionContext['last']}") long last)
            throws Exception {
        return new JdbcPagingItemReaderBuilder<Customer>()
                .name("customers")
                .dataSource(source)
                .selectClause("SELECT *")
                .fromClause("FROM customer")
                .whereClause("WHERE id > :after AND id <= :last")
                .parameterValues(Map.of("after", after, "last", last))
                .sortKeys(Map.of("id", Order.ASCENDING))
                .pageSize(CHUNK)
                .fetchSize(CHUNK)
                .rowMapper(Customer::read)
                .build();
    }

    private static JdbcBatchItemWriter<Customer> writer(DataSource target) {
        JdbcBatchItemWriter<Customer> writer =
                new JdbcBatchItemWriterBuilder<Customer>()
                        .dataSource(target)
                        .sql(Customer.INSERT)
                        .itemPreparedStatementSetter(Customer::write)
                        // A rewritten insert reports no count for each of its rows.
                        .assertUpdates(false)
                        .build();
        writer.afterPropertiesSet();
        return writer;
    }

    @Bean
    Step addKey(
            JobRepository repository,
            @Qualifier("target") DataSource target,
            @Value("${BENCH_TARGET_URL}") String url) {
        return new StepBuilder("add-key", repository)
                .tasklet(
                        (contribution, context) -> {
                            // InnoDB keeps rows in the order of their key, so it stands from the start.
                            if (!isMySql(url)) {
                                new JdbcTemplate(target)
                                        .execute("ALTER TABLE customer ADD PRIMARY KEY (id)");
                            }
                            return RepeatStatus.FINISHED;
                        })
                .build();
    }
}
