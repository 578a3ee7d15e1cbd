package dev.understudy.jobs.run;

import dev.understudy.config.JobConfig;
import dev.understudy.config.LakeConfig;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.copy.LakeVersions;
import dev.understudy.lake.LakeExport;
import dev.understudy.lake.LakeExport.Exported;
import dev.understudy.lake.LakeViews;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.rows.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a job has published in its lake, for those who read it. Reads no database and knows of no
/// run. Every method throws a {@link Failure}: of kind CONFIG if the job has no lake, or not what
/// was asked for.
public final class PublishedLake {
    private PublishedLake() {}

    /// All versions that are there, newest first; the first is the current one.
    public static List<LakeVersion> versions(JobConfig config) {
        try (var lake = LakeVersions.open(config)) {
            return lake.list().stream().map(LakeVersion::of).toList();
        }
    }

    /// A version as SQL for DuckDB: a view for each table, with its rows as they are after all
    /// changes.
    ///
    /// @param tables those that are wanted; all if none are named
    public static List<String> sql(JobConfig config, AsOf asOf, List<TablePattern> tables) {
        LakeConfig place = config.lake().orElseThrow(() -> LakeVersions.none(config));
        try (var lake = LakeVersions.open(config)) {
            Manifest version = version(lake, config, asOf);
            var views = new LakeViews(version, key -> address(place, key));
            var sql = new ArrayList<String>();
            sql.add(
                    "-- %s, version %d of the lake, published %s"
                            .formatted(config.job(), version.version(), version.created()));
            sql.addAll(preparation(place));
            for (LakeTable each : tables(version, config, tables)) {
                sql.add("");
                sql.addAll(views.of(each).lines().toList());
            }
            return sql;
        }
    }

    private static String address(LakeConfig place, String key) {
        return place.uri().endsWith("/") ? place.uri() + key : place.uri() + "/" + key;
    }

    /// What DuckDB must know of an S3 server; without keys.
    private static List<String> preparation(LakeConfig place) {
        if (!place.uri().startsWith("s3://")) {
            return List.of();
        }
        var secret =
                new StringBuilder(
                        "CREATE OR REPLACE SECRET understudy (TYPE s3, PROVIDER credential_chain");
        place.region().ifPresent(each -> secret.append(", REGION ").append(quoted(each)));
        place.endpoint()
                .map(URI::create)
                .ifPresent(each ->
                        secret.append(", ENDPOINT ")
                                .append(quoted(each.getAuthority()))
                                .append(", USE_SSL ")
                                .append(!"http".equals(each.getScheme())));
        if (place.pathStyle()) {
            secret.append(", URL_STYLE 'path'");
        }
        return List.of(
                "-- With the environment's keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, say.",
                "INSTALL httpfs; LOAD httpfs; INSTALL aws; LOAD aws;",
                secret.append(");").toString());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /// Writes a version as plain Parquet files into a folder, see {@link LakeExport}.
    ///
    /// @param tables those that are wanted; all if none are named
    /// @param to a folder that is empty, or not there
    public static ExportReport export(
            JobConfig config,
            AsOf asOf,
            List<TablePattern> tables,
            Path to,
            LakeExport.Watcher watcher) {
        try (var lake = LakeVersions.open(config)) {
            Manifest version = version(lake, config, asOf);
            List<LakeTable> wanted = tables(version, config, tables);
            var exported = new ArrayList<Exported>();
            try (LakeExport export = lake.export(version, to)) {
                for (LakeTable each : wanted) {
                    exported.add(export.write(each, watcher));
                }
                export.publish();
            }
            return new ExportReport(
                    config.job(),
                    version.version(),
                    version.created(),
                    to.toAbsolutePath().normalize(),
                    exported);
        }
    }

    private static Manifest version(LakeVersions lake, JobConfig config, AsOf asOf) {
        Optional<Manifest> found =
                switch (asOf) {
                    case AsOf.Now() -> lake.current();
                    case AsOf.Version(long number) -> lake.version(number);
                    case AsOf.Moment(var at) ->
                            lake.list().stream()
                                    .filter(each -> !each.created().isAfter(at))
                                    .findFirst();
                };
        return found.orElseThrow(() -> {
            List<Manifest> all = lake.list();
            return new Failure(
                    Failure.Kind.CONFIG,
                    all.isEmpty()
                            ? "the lake of %s has nothing published yet; run the job first: understudy run %s"
                                    .formatted(config.job(), config.file())
                            : "the lake of %s has no %s: its versions are %d, of %s, to %d, of %s; see: understudy lake versions %s"
                                    .formatted(
                                            config.job(),
                                            asOf instanceof AsOf.Version(long number)
                                                    ? "version " + number
                                                    : "version of then or before",
                                            all.getLast().version(),
                                            all.getLast().created(),
                                            all.getFirst().version(),
                                            all.getFirst().created(),
                                            config.file()));
        });
    }

    private static List<LakeTable> tables(
            Manifest version, JobConfig config, List<TablePattern> patterns) {
        for (TablePattern pattern : patterns) {
            if (version.tables().stream().noneMatch(each -> matches(pattern, each, config))) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "no table of version %d is named %s; it has: %s"
                                .formatted(
                                        version.version(),
                                        pattern.text(),
                                        version.tables().stream()
                                                .map(each -> each.name().toString())
                                                .sorted()
                                                .collect(Collectors.joining(", "))));
            }
        }
        return version.tables().stream()
                .filter(table ->
                        patterns.isEmpty()
                                || patterns.stream().anyMatch(each -> matches(each, table, config)))
                .toList();
    }

    /// A single source without a name has its database's in the lake.
    private static boolean matches(TablePattern pattern, LakeTable table, JobConfig config) {
        boolean named = config.sources().stream().anyMatch(each -> !each.name().isEmpty());
        return pattern.matches(
                named ? table.source() : "", table.name().schema(), table.name().name());
    }
}
