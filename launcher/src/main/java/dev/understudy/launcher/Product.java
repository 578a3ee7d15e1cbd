package dev.understudy.launcher;

import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.copy.SideGrants;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.run.AsOf;
import dev.understudy.jobs.run.CheckReport;
import dev.understudy.jobs.run.ExportReport;
import dev.understudy.jobs.run.KeyReport;
import dev.understudy.jobs.run.LakeVersion;
import dev.understudy.jobs.run.Outlook;
import dev.understudy.jobs.run.Preview;
import dev.understudy.jobs.run.PublishedLake;
import dev.understudy.jobs.run.PurgePolicy;
import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.jobs.run.RunningJob;
import dev.understudy.jobs.run.Understudy;
import dev.understudy.lake.LakeExport;
import dev.understudy.ops.RunsView;
import dev.understudy.schema.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the commands ask of the product, so that they can be tested without one. As {@link
/// Understudy}, and no more.
interface Product {
    JobConfigs.Reading read(Path file);

    Plan plan(JobConfig config, Path home);

    Outlook outlook(JobConfig config, Path home);

    CheckReport check(JobConfig config, Path home);

    List<SideGrants> grants(JobConfig config);

    Preview preview(JobConfig config, TableName table, int rows);

    List<LakeVersion> lakeVersions(JobConfig config);

    List<String> lakeSql(JobConfig config, AsOf asOf, List<TablePattern> tables);

    ExportReport export(
            JobConfig config,
            AsOf asOf,
            List<TablePattern> tables,
            Path to,
            LakeExport.Watcher watcher);

    Runs open(Path home);

    /// The runs of a home.
    interface Runs extends RunsView, AutoCloseable {
        RunningJob run(JobConfig config);

        RunningJob runFull(JobConfig config);

        RunningJob runAfresh(JobConfig config);

        RunningJob runTables(JobConfig config, List<TablePattern> tables);

        RunningJob runSweep(JobConfig config);

        RunningJob restart(long run, JobConfig config);

        boolean stop(long run);

        Optional<Path> configFile(long run);

        List<RunSummary> purgeable(PurgePolicy policy);

        List<RunSummary> purge(PurgePolicy policy);

        List<LakeVersion> purgeableInLake(JobConfig config, PurgePolicy policy);

        List<LakeVersion> purgeLake(JobConfig config, PurgePolicy policy);

        KeyReport key(JobConfig config);

        @Override
        void close();
    }

    /// The product itself.
    static Product installed() {
        return new Installed();
    }

    /// Delegates.
    final class Installed implements Product {
        @Override
        public JobConfigs.Reading read(Path file) {
            return JobConfigs.readWithWarnings(file, System::getenv);
        }

        @Override
        public Plan plan(JobConfig config, Path home) {
            return Understudy.plan(config, home);
        }

        @Override
        public Outlook outlook(JobConfig config, Path home) {
            return Understudy.outlook(config, home);
        }

        @Override
        public CheckReport check(JobConfig config, Path home) {
            return Understudy.check(config, home);
        }

        @Override
        public List<SideGrants> grants(JobConfig config) {
            return Understudy.grants(config);
        }

        @Override
        public Preview preview(JobConfig config, TableName table, int rows) {
            return Understudy.preview(config, table, rows);
        }

        @Override
        public List<LakeVersion> lakeVersions(JobConfig config) {
            return PublishedLake.versions(config);
        }

        @Override
        public List<String> lakeSql(JobConfig config, AsOf asOf, List<TablePattern> tables) {
            return PublishedLake.sql(config, asOf, tables);
        }

        @Override
        public ExportReport export(
                JobConfig config,
                AsOf asOf,
                List<TablePattern> tables,
                Path to,
                LakeExport.Watcher watcher) {
            return PublishedLake.export(config, asOf, tables, to, watcher);
        }

        @Override
        public Runs open(Path home) {
            return new InstalledRuns(Understudy.open(home));
        }
    }

    /// Delegates.
    record InstalledRuns(Understudy understudy) implements Runs {
        @Override
        public RunningJob run(JobConfig config) {
            return understudy.run(config);
        }

        @Override
        public RunningJob runFull(JobConfig config) {
            return understudy.runFull(config);
        }

        @Override
        public RunningJob runAfresh(JobConfig config) {
            return understudy.runAfresh(config);
        }

        @Override
        public RunningJob runTables(JobConfig config, List<TablePattern> tables) {
            return understudy.runTables(config, tables);
        }

        @Override
        public RunningJob runSweep(JobConfig config) {
            return understudy.runSweep(config);
        }

        @Override
        public RunningJob restart(long run, JobConfig config) {
            return understudy.restart(run, config);
        }

        @Override
        public boolean stop(long run) {
            return understudy.stop(run);
        }

        @Override
        public List<RunSummary> runs(int limit) {
            return understudy.runs(limit);
        }

        @Override
        public Optional<RunDetails> show(long run) {
            return understudy.show(run);
        }

        @Override
        public Optional<Path> configFile(long run) {
            return understudy.configFile(run);
        }

        @Override
        public List<RunSummary> purgeable(PurgePolicy policy) {
            return understudy.purgeable(policy);
        }

        @Override
        public List<RunSummary> purge(PurgePolicy policy) {
            return understudy.purge(policy);
        }

        @Override
        public List<LakeVersion> purgeableInLake(JobConfig config, PurgePolicy policy) {
            return understudy.purgeableInLake(config, policy);
        }

        @Override
        public List<LakeVersion> purgeLake(JobConfig config, PurgePolicy policy) {
            return understudy.purgeLake(config, policy);
        }

        @Override
        public KeyReport key(JobConfig config) {
            return understudy.key(config);
        }

        @Override
        public void close() {
            understudy.close();
        }
    }
}
