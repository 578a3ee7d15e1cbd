package dev.understudy.jobs.copy;

import dev.understudy.config.DeltaConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.change.Description;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.Blueprint;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a run of a job with deltas notes of a source, in its twin or, without one, in the lake, so
/// that the next one can go on from there.
final class Positions {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FORMAT = 3;

    private final SourceSide sources;
    private final SourceConfig source;
    private final RunId run;
    private final Windows windows;

    Positions(SourceSide sources, SourceConfig source, RunId run) {
        this.sources = sources;
        this.source = source;
        this.run = run;
        windows =
                new Windows(
                        sources.config(),
                        source,
                        sources.source(source.name()).database(),
                        sources.keys());
    }

    /// Where a run stood.
    ///
    /// @param run that it was, with its token
    /// @param job its name
    /// @param sourceKey whether tables have the column of the source's key
    /// @param description of everything that the twin was made from besides rows
    /// @param tables by name
    record Position(
            String run,
            String job,
            boolean sourceKey,
            Description description,
            Map<String, OfTable> tables) {
        Optional<OfTable> table(TableName name) {
            return Optional.ofNullable(tables.get(name.toString()));
        }
    }

    /// A position as it is written: marks are values of the source, of columns that may be masked,
    /// and who reads the outputs may read it. Digests of rules are not for others to guess at,
    /// either.
    private record Sealed(int format, String keyId, String position) {}

    /// Where a run stood with a table.
    ///
    /// @param marks of its watermarks, from which it must be read again
    /// @param image of the rows that are read again; null if there is none
    record OfTable(Map<String, String> marks, @Nullable String image) {}

    /// Where the source stands at the point in time of this execution.
    ///
    /// @param before where the last run stood with tables that stay as they are
    /// @param unchanged those of them that are copied
    Map<String, OfTable> now(Map<String, OfTable> before, Set<TableName> unchanged) {
        DeltaConfig delta = sources.config().delta().orElseThrow();
        SourceDatabase database = sources.source(source.name()).database();
        Map<TableName, List<Column>> watermarks = sources.plan().watermarks(source.name());
        watermarks.keySet().removeAll(unchanged);
        Map<TableName, Map<String, String>> marks =
                watermarks.isEmpty()
                        ? Map.of()
                        : database.marks(watermarks, delta.overlap(), delta.longestTransaction());
        var positions = new TreeMap<>(before);
        var read = new LinkedHashMap<TableCopy, Map<String, String>>();
        for (TableCopy table : sources.plan().tables(source.name())) {
            if (!unchanged.contains(table.name().local())) {
                read.put(table, marks.getOrDefault(table.name().local(), Map.of()));
            }
        }
        Map<TableName, String> images = windows.images(read);
        read.forEach((table, its) ->
                positions.put(
                        table.name().local().toString(),
                        new OfTable(its, images.get(table.name().local()))));
        return positions;
    }

    /// Those of some tables whose rows behind their marks are as they were.
    ///
    /// @param tables with where the last run stood with each
    Set<TableName> unchanged(Map<TableCopy, OfTable> tables) {
        var marks = new LinkedHashMap<TableCopy, Map<String, String>>();
        tables.forEach((table, before) -> {
            if (before.image() != null) {
                marks.put(table, before.marks());
            }
        });
        Map<TableName, String> images = windows.images(marks);
        return tables.entrySet().stream()
                .filter(each -> each.getValue().image() != null)
                .filter(each ->
                        Objects.equals(
                                each.getValue().image(), images.get(each.getKey().name().local())))
                .map(each -> each.getKey().name().local())
                .collect(Collectors.toSet());
    }

    /// What a run leaves for the next one.
    ///
    /// @param tables of the first point in time that rows were read at: what has changed between
    ///   that one and a later one comes with the next delta
    /// @param snapshots how many points in time there were
    String content(Description description, Map<String, OfTable> tables, int snapshots) {
        var began = new TreeMap<>(tables);
        if (snapshots > 1) {
            // Rows may be of a point at which they were otherwise than at the first and than they
            // will be: only an image of all of them would tell.
            began.replaceAll((_, each) -> new OfTable(each.marks(), null));
        }
        byte[] position =
                JSON.writeValueAsBytes(
                        new Position(
                                run.toString(),
                                sources.config().job(),
                                source.sourcePrimaryKey(),
                                description,
                                began));
        return JSON.writeValueAsString(
                new Sealed(
                        FORMAT,
                        sources.keys().id(),
                        Base64.getEncoder()
                                .encodeToString(new Sealer(sources.keys()).seal(position))));
    }

    /// What the source is like now, and what becomes of its rows.
    Description describe(Blueprint structure) {
        return Description.of(sources.plan(), source.name(), structure.all().stream());
    }

    /// The same where no twin is made.
    Description describe() {
        return Description.of(sources.plan(), source.name(), Stream.empty());
    }

    /// What the last run has left of a source, as it is written.
    ///
    /// @throws Failure of kind MISMATCH if everything has to be copied, as far as that can be said
    ///   without looking closer
    static String written(SourceConfig source, SourceSide sources, RunId run) {
        if (source.twin().isPresent()) {
            return ChangedTwin.written(source, sources.source(source.name()).database(), run);
        }
        try (LakeOutput lake = LakeOutput.look(sources, sources.config().lake().orElseThrow())) {
            return LakeAlone.written(source, lake);
        }
    }

    /// Reads what another run has left.
    ///
    /// @throws Failure of kind MISMATCH if another key or version has made it
    static Position read(String content, MaskingKeys keys) {
        try {
            Sealed sealed = JSON.readValue(content, Sealed.class);
            if (sealed.format() == FORMAT) {
                if (!sealed.keyId().equals(keys.id())) {
                    // A lake was looked at before.
                    throw DeltaScope.impossible("the twin was masked with another key");
                }
                byte[] position = Base64.getDecoder().decode(sealed.position());
                return JSON.readValue(new Sealer(keys).open(position), Position.class);
            }
        } catch (JacksonException e) {
            // Said below: whoever wrote it was not this version.
        }
        throw DeltaScope.impossible("another version of Understudy has made the last run");
    }
}
