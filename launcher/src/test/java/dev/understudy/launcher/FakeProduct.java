package dev.understudy.launcher;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.Location;
import dev.understudy.config.RowSelection;
import dev.understudy.config.Secret;
import dev.understudy.config.SecretSource;
import dev.understudy.config.SourceConfig;
import dev.understudy.config.TablePattern;
import dev.understudy.config.TableSelection;
import dev.understudy.config.Tuning;
import dev.understudy.jobs.copy.SideFindings.Side;
import dev.understudy.jobs.copy.SideGrants;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.run.AsOf;
import dev.understudy.jobs.run.CheckReport;
import dev.understudy.jobs.run.ExportReport;
import dev.understudy.jobs.run.KeyReport;
import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.jobs.run.Outlook;
import dev.understudy.jobs.run.Preview;
import dev.understudy.jobs.run.PurgePolicy;
import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunReport;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.jobs.run.RunningJob;
import dev.understudy.lake.LakeExport;
import dev.understudy.masking.OnMismatch;
import dev.understudy.preflight.Finding.Level;
import dev.understudy.schema.Database;
import dev.understudy.schema.TableName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A product that answers what a test told it to, and remembers what it was asked.
final class FakeProduct implements Product, Product.Runs {
    final List<String> asked = new ArrayList<>();
    RuntimeException refusal;
    RunReport report = Samples.done();
    Map<Side, Level> checked = Map.of();

    static JobConfig config(Path file) {
        var nowhere = new Location(1, 1, "");
        return new JobConfig(
                "shop",
                file,
                "0123456789abcdef",
                new SecretSource.Given(
                        new Secret("a secret of some length"),
                        "the environment variable SHOP",
                        List.of()),
                1,
                Optional.empty(),
                List.of(
                        new SourceConfig(
                                "",
                                new DatabaseConfig(
                                        "jdbc:postgresql://replica/shop",
                                        "reader",
                                        new Secret("hunter2"),
                                        4,
                                        nowhere),
                                Optional.empty())),
                new TableSelection(List.of(), List.of(), List.of()),
                RowSelection.ALL,
                List.of(),
                JobConfig.Unlisted.REFUSE,
                OnMismatch.PSEUDONYM,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Tuning.defaults());
    }

    private void ask(String what) {
        asked.add(what);
        if (refusal != null) {
            throw refusal;
        }
    }

    @Override
    public JobConfigs.Reading read(Path file) {
        ask("read");
        return new JobConfigs.Reading(config(file), List.of());
    }

    @Override
    public Plan plan(JobConfig config, Path home) {
        ask("plan");
        return new Plan(
                config,
                new Database(List.of()),
                List.of(),
                Set.of(),
                List.of(new TableName("public", "tmp")),
                List.of(),
                List.of(),
                List.of("PostgreSQL 18.6"));
    }

    @Override
    public Outlook outlook(JobConfig config, Path home) {
        return new Outlook(plan(config, home), Optional.empty(), List.of(), Optional.empty());
    }

    @Override
    public CheckReport check(JobConfig config, Path home) {
        ask("check");
        return Samples.check(checked);
    }

    @Override
    public List<SideGrants> grants(JobConfig config) {
        ask("grants");
        return List.of(
                new SideGrants(
                        Side.SOURCE,
                        "jdbc:postgresql://replica/shop",
                        List.of("-- For reading:", "GRANT SELECT ON t TO reader")));
    }

    @Override
    public Preview preview(JobConfig config, TableName table, int rows) {
        ask("preview " + table + " " + rows);
        return new Preview(
                table,
                List.of("id", "email"),
                List.of("keep", "email"),
                List.of(List.of("1", "ann@acme.com\u001b[2J"), Arrays.asList("2", null)),
                List.of(List.of("1", "k3d@example.org"), Arrays.asList("2", null)));
    }

    @Override
    public List<LakeVersion> lakeVersions(JobConfig config) {
        ask("lake versions");
        return List.of(Samples.lakeVersion());
    }

    @Override
    public List<String> lakeSql(JobConfig config, AsOf asOf, List<TablePattern> tables) {
        ask("lake sql " + asOf + " " + tables.stream().map(TablePattern::text).toList());
        return List.of("CREATE OR REPLACE VIEW \"shop\".\"orders\" AS ...");
    }

    @Override
    public ExportReport export(
            JobConfig config,
            AsOf asOf,
            List<TablePattern> tables,
            Path to,
            LakeExport.Watcher watcher) {
        ask("export " + asOf + " " + tables.stream().map(TablePattern::text).toList() + " " + to);
        watcher.done(Samples.exported());
        return new ExportReport(
                "shop", 7, Samples.lakeVersion().published(), to, List.of(Samples.exported()));
    }

    @Override
    public Runs open(Path home) {
        asked.add("open");
        return this;
    }

    @Override
    public RunningJob run(JobConfig config) {
        ask("run");
        return new FakeRun(report);
    }

    @Override
    public RunningJob runFull(JobConfig config) {
        ask("run full");
        return new FakeRun(report);
    }

    @Override
    public RunningJob runAfresh(JobConfig config) {
        ask("run afresh");
        return new FakeRun(report);
    }

    @Override
    public RunningJob runSweep(JobConfig config) {
        ask("run sweep");
        return new FakeRun(report);
    }

    @Override
    public RunningJob runTables(JobConfig config, List<TablePattern> tables) {
        ask("run tables " + tables.stream().map(TablePattern::text).toList());
        return new FakeRun(report);
    }

    @Override
    public RunningJob restart(long run, JobConfig config) {
        ask("restart " + run + " " + config.file());
        return new FakeRun(report);
    }

    @Override
    public boolean stop(long run) {
        ask("stop " + run);
        return run == 3;
    }

    @Override
    public List<RunSummary> runs(int limit) {
        ask("runs " + limit);
        return List.of(Samples.summary());
    }

    @Override
    public Optional<RunDetails> show(long run) {
        ask("show " + run);
        return run == 1
                ? Optional.of(
                        new RunDetails(Samples.summary(), Optional.of(report), Samples.steps()))
                : Optional.empty();
    }

    @Override
    public Optional<Path> configFile(long run) {
        ask("config of " + run);
        return Optional.empty();
    }

    @Override
    public List<RunSummary> purgeable(PurgePolicy policy) {
        ask("purgeable");
        return List.of(Samples.summary());
    }

    @Override
    public List<RunSummary> purge(PurgePolicy policy) {
        ask("purge");
        return List.of(Samples.summary());
    }

    @Override
    public List<LakeVersion> purgeableInLake(JobConfig config, PurgePolicy policy) {
        ask("purgeable in lake");
        return List.of(Samples.lakeVersion());
    }

    @Override
    public List<LakeVersion> purgeLake(JobConfig config, PurgePolicy policy) {
        ask("purge lake");
        return List.of(Samples.lakeVersion());
    }

    @Override
    public KeyReport key(JobConfig config) {
        ask("key");
        return Samples.key();
    }

    @Override
    public void close() {
        asked.add("close");
    }
}
