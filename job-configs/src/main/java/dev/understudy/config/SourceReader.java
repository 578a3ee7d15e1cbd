package dev.understudy.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the sources of a job with their twins: one without a name, or several with names.
final class SourceReader {
    /// Databases that servers work with themselves, or have others made from.
    private static final Set<String> OF_THE_SERVER =
            Set.of(
                    "postgres",
                    "template0",
                    "template1",
                    "mysql",
                    "sys",
                    "information_schema",
                    "performance_schema");

    private SourceReader() {}

    /// Refuses what belongs to the other form.
    static void checkForm(Settings job, List<Problem> problems) {
        boolean named = job.values().containsKey("sources");
        for (String other : named ? List.of("source", "twin") : List.of("twins")) {
            if (job.values().containsKey(other)) {
                problems.add(
                        Problem.error(
                                "misplaced-key",
                                job.place(other),
                                named
                                        ? "`%s` is for a job with one source, but this one has `sources`"
                                                .formatted(other)
                                        : "`twins` is for a job with `sources`, but this one has one `source`",
                                named
                                        ? "give it by name: %ss: { NAME: ... }".formatted(other)
                                        : "write `twin`, or give the source a name in `sources`"));
            }
        }
        if (!named) {
            return;
        }
        Set<String> names = names(job, "sources").keySet();
        names(job, "twins")
                .forEach((name, twin) -> {
                    if (!names.contains(name)) {
                        problems.add(
                                Problem.error(
                                        "unknown-source",
                                        twin.where(),
                                        "`%s` is for a source %s, which this job does not have"
                                                .formatted(twin.where().path(), name),
                                        "its sources are " + String.join(", ", names)));
                    }
                });
        if (!job.values().containsKey("lake")) {
            names(job, "sources")
                    .forEach((name, source) -> {
                        if (!names(job, "twins").containsKey(name)) {
                            problems.add(
                                    Problem.error(
                                            "source-without-output",
                                            source.where(),
                                            "nothing is made of `%s`: it has no twin, and the job has no lake"
                                                    .formatted(source.where().path()),
                                            "add twins: { %s: ... }, or a lake for all sources"
                                                    .formatted(name)));
                        }
                    });
        }
    }

    /// The sources in the order of the file.
    static List<SourceConfig> sources(Settings job, Tuning tuning) {
        Optional<Settings> only = job.find("source", Settings.class);
        if (only.isPresent()) {
            return List.of(
                    new SourceConfig(
                            "",
                            database(only.get(), tuning),
                            job.find("twin", Settings.class).map(each -> twin(each, tuning))));
        }
        Map<String, Settings> twins = names(job, "twins");
        var sources = new ArrayList<SourceConfig>();
        names(job, "sources")
                .forEach((name, source) -> {
                    @Nullable Settings twin = twins.get(name);
                    sources.add(
                            new SourceConfig(
                                    name,
                                    database(source, tuning),
                                    Optional.ofNullable(twin).map(each -> twin(each, tuning))));
                });
        return sources;
    }

    private static Map<String, Settings> names(Settings job, String key) {
        return job.find(key, Settings.class)
                .map(named ->
                        named.places().keySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                name -> name,
                                                name -> named.the(name, Settings.class),
                                                (first, _) -> first,
                                                LinkedHashMap::new)))
                .orElseGet(LinkedHashMap::new);
    }

    private static DatabaseConfig database(Settings database, Tuning tuning) {
        return new DatabaseConfig(
                database.the("url", String.class),
                database.the("user", String.class),
                database.find("password", Secret.class).orElse(new Secret("")),
                database.find("connections", Long.class)
                        .map(Math::toIntExact)
                        .orElse(tuning.workers() + JobLayout.CONNECTIONS_BESIDE_WORKERS),
                database.place("url"));
    }

    private static TwinConfig twin(Settings twin, Tuning tuning) {
        return new TwinConfig(
                database(twin, tuning),
                twin.the("source-primary-key", Boolean.class),
                JobConfigs.word(twin, "unheld", TwinConfig.Unheld.class));
    }

    /// Refuses twins in each other's place or in a source's, and names of sources that there are
    /// not.
    static void check(JobConfig config, List<Problem> problems) {
        refuseSharedPlaces(config, problems);
        Set<String> names =
                config.sources().stream().map(SourceConfig::name).collect(Collectors.toSet());
        sourcesInPatterns(config)
                .filter(each -> !names.contains(each.source()))
                .forEach(each -> refuse(each, names, problems));
        if (config.sources().size() > 1) {
            for (Reference each : config.references()) {
                if (each.from().source().isEmpty() || each.to().source().isEmpty()) {
                    problems.add(
                            Problem.error(
                                    "malformed-reference",
                                    each.where(),
                                    "'%s' does not say of which sources its tables are"
                                            .formatted(each.text()),
                                    "write source:schema.table.column on both sides"));
                }
            }
        }
    }

    private static void refuseSharedPlaces(JobConfig config, List<Problem> problems) {
        Map<String, SourceConfig> sources = new HashMap<>();
        config.sources()
                .forEach(each -> sources.putIfAbsent(withoutOptions(each.database()), each));
        Map<String, DatabaseConfig> twins = new HashMap<>();
        for (TwinConfig each : config.twins()) {
            DatabaseConfig twin = each.database();
            @Nullable SourceConfig source = sources.get(withoutOptions(twin));
            @Nullable DatabaseConfig other = twins.putIfAbsent(withoutOptions(twin), twin);
            if (OF_THE_SERVER.contains(withoutOptions(twin).replaceFirst(".*/", ""))) {
                problems.add(
                        Problem.error(
                                "twin-is-of-the-server",
                                twin.where(),
                                "a database of this name is part of every server: the twin would replace it",
                                "give the twin a database of its own, such as shop_twin; a run makes it"));
            } else if (source != null) {
                problems.add(
                        Problem.error(
                                "twin-is-source",
                                twin.where(),
                                "the twin's url is the %s's: the twin would replace the source"
                                        .formatted(source.title()),
                                "give the twin a database of its own"));
            } else if (other != null) {
                problems.add(
                        Problem.error(
                                "twin-is-twin",
                                twin.where(),
                                "%s is the url of line %d, too: one twin would replace the other"
                                        .formatted(twin.where().path(), other.where().line()),
                                "give each source's twin a database of its own"));
            }
        }
    }

    private static String withoutOptions(DatabaseConfig database) {
        return database.place()
                .replaceFirst("^(jdbc:postgresql://[^/]*):5432/", "$1/")
                .replaceFirst("^jdbc:mariadb:", "jdbc:mysql:")
                .replaceFirst("^(jdbc:mysql://[^/]*):3306/", "$1/");
    }

    private record Named(String text, String source, Location where) {}

    private static Stream<Named> sourcesInPatterns(JobConfig config) {
        Stream<Named> tables =
                Stream.of(
                                config.tables().include(),
                                config.tables().structureOnly(),
                                config.tables().exclude())
                        .flatMap(List::stream)
                        .flatMap(each -> named(each.name(), each.where()));
        Stream<Named> rules =
                config.columns().stream().flatMap(each -> named(each.name(), each.where()));
        Stream<Named> columns =
                Stream.of(
                                config.kinds().stream().map(KindRule::columns),
                                config.acknowledged().stream().map(Acknowledgement::columns),
                                config.lake().stream().flatMap(each -> each.text().stream()))
                        .flatMap(each -> each)
                        .flatMap(each -> named(each.name(), each.where()));
        Stream<Named> references =
                config.references().stream()
                        .flatMap(each ->
                                Stream.of(each.from(), each.to())
                                        .flatMap(end -> end.source().stream())
                                        .map(name -> new Named(each.text(), name, each.where())));
        return Stream.of(tables, rules, columns, references).flatMap(each -> each).distinct();
    }

    private static Stream<Named> named(NamePattern pattern, Location where) {
        return pattern.source().map(each -> new Named(pattern.text(), each, where)).stream();
    }

    private static void refuse(Named found, Set<String> names, List<Problem> problems) {
        boolean nameless = names.equals(Set.of(""));
        problems.add(
                Problem.error(
                        "unknown-source",
                        found.where(),
                        nameless
                                ? "'%s' names a source, but the job's only one has no name"
                                        .formatted(found.text())
                                : "'%s' names a source %s, which this job does not have"
                                        .formatted(found.text(), found.source()),
                        nameless
                                ? "leave `%s:` away; a name that holds a colon is written in double quotes"
                                        .formatted(found.source())
                                : JobReader.meant(found.source(), List.copyOf(names))
                                        .orElse(
                                                "its sources are "
                                                        + names.stream()
                                                                .sorted()
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }
}
