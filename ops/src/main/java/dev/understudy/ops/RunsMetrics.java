package dev.understudy.ops;

import dev.understudy.jobs.run.RunStatus;
import dev.understudy.jobs.run.RunSummary;
import dev.understudy.ops.report.ReportSentences;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// The runs as gauges, read anew at every scrape: jobs and runs come and go, which registered
/// meters would not follow.
final class RunsMetrics implements MultiCollector {
    private static final int LATEST = 1_000;

    private final RunsView runs;
    private final InstantSource clock;

    RunsMetrics(RunsView runs, InstantSource clock) {
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        List<RunSummary> latest = runs.runs(LATEST);
        Instant now = clock.instant();
        return MetricSnapshots.of(
                counts(latest),
                lastDone(
                        latest,
                        "rows",
                        "Rows that the job's last done run copied.",
                        RunSummary::rows),
                lastDone(
                        latest,
                        "bytes",
                        "Bytes that the job's last done run copied.",
                        RunSummary::bytes),
                lastDone(
                        latest,
                        "duration_seconds",
                        "How long the job's last done run took.",
                        run -> seconds(run.started(), run.ended().orElse(run.started()))),
                lastDone(
                        latest,
                        "age_seconds",
                        "Seconds since the job's last done run ended.",
                        run -> seconds(run.ended().orElse(run.started()), now)),
                running(latest));
    }

    private static GaugeSnapshot counts(List<RunSummary> latest) {
        // Every job has every status, so that an alert on a missing one needs no special case.
        var counts = new TreeMap<String, Map<RunStatus, Integer>>();
        for (RunSummary run : latest) {
            counts.computeIfAbsent(run.job(), job -> new LinkedHashMap<>())
                    .merge(run.status(), 1, Integer::sum);
        }
        var gauge =
                GaugeSnapshot.builder()
                        .name("understudy_runs")
                        .help("Kept runs by job and status.");
        counts.forEach((job, byStatus) -> {
            for (RunStatus status : RunStatus.values()) {
                gauge.dataPoint(
                        point(
                                Labels.of("job", job, "status", ReportSentences.word(status)),
                                byStatus.getOrDefault(status, 0)));
            }
        });
        return gauge.build();
    }

    private static GaugeSnapshot lastDone(
            List<RunSummary> latest,
            String what,
            String help,
            ToDoubleFunction<RunSummary> figure) {
        var lastDone = new TreeMap<String, RunSummary>();
        latest.stream()
                .filter(run -> run.status() == RunStatus.DONE)
                .forEach(run -> lastDone.putIfAbsent(run.job(), run));
        var gauge = GaugeSnapshot.builder().name("understudy_last_done_run_" + what).help(help);
        lastDone.forEach((job, run) ->
                gauge.dataPoint(point(Labels.of("job", job), figure.applyAsDouble(run))));
        return gauge.build();
    }

    private static GaugeSnapshot running(List<RunSummary> latest) {
        var gauge =
                GaugeSnapshot.builder()
                        .name("understudy_running_run_rows")
                        .help("Rows that a running run has copied so far.");
        latest.stream()
                .filter(run -> run.status() == RunStatus.RUNNING)
                .forEach(run ->
                        gauge.dataPoint(
                                point(
                                        Labels.of(
                                                "job", run.job(), "run", Long.toString(run.run())),
                                        (double) run.rows())));
        return gauge.build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1_000.0;
    }
}
