package dev.understudy.jobs.copy;

import dev.understudy.config.DeltaConfig;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.rows.Failure;
import dev.understudy.schema.Column;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a run notes in a twin of a job with deltas, so that the next one can go on from there.
final class Positions {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FORMAT = 1;

    private final SourceSide sources;
    private final SourceConfig source;
    private final RunId run;

    Positions(SourceSide sources, SourceConfig source, RunId run) {
        this.sources = sources;
        this.source = source;
        this.run = run;
    }

    /// Where a run stood.
    ///
    /// @param run that it was, with its token
    /// @param job its name
    /// @param structure hash of everything that the twin was made from besides rows
    /// @param tables by name
    record Position(
            int format,
            String run,
            String job,
            String keyId,
            String structure,
            Map<String, OfTable> tables) {
        Optional<OfTable> table(TableName name) {
            return Optional.ofNullable(tables.get(name.toString()));
        }
    }

    /// Where a run stood with a table.
    ///
    /// @param fingerprint of everything that decides how its rows are masked
    /// @param marks of its watermarks, from which it must be read again
    record OfTable(String fingerprint, Map<String, String> marks) {}

    /// What this run leaves.
    ///
    /// @param definition of the twin's structure
    /// @return empty if the job has no deltas
    Optional<String> next(List<String> definition) {
        return sources.config().delta().map(delta -> next(delta, definition));
    }

    private String next(DeltaConfig delta, List<String> definition) {
        SourceDatabase database = sources.source(source.name()).database();
        var watermarks = new HashMap<TableName, List<Column>>();
        for (TableCopy table : tables()) {
            if (!table.watermarks().isEmpty()) {
                watermarks.put(table.name().local(), table.watermarks());
            }
        }
        Map<TableName, Map<String, String>> marks =
                watermarks.isEmpty()
                        ? Map.of()
                        : database.marks(watermarks, delta.overlap(), delta.longestTransaction());
        var positions = new TreeMap<String, OfTable>();
        for (TableCopy table : tables()) {
            TableName name = table.name().local();
            positions.put(
                    name.toString(),
                    new OfTable(fingerprint(table), marks.getOrDefault(name, Map.of())));
        }
        return JSON.writeValueAsString(
                new Position(
                        FORMAT,
                        run.toString(),
                        sources.config().job(),
                        sources.keys().id(),
                        structure(definition),
                        positions));
    }

    private List<TableCopy> tables() {
        return sources.plan().tables(source.name());
    }

    static String structure(List<String> definition) {
        return Sha256.hex(String.join("\n", definition));
    }

    /// A hash of what decides how a table's rows come to be what they are in the twin.
    static String fingerprint(TableCopy table) {
        var text = new StringBuilder();
        text.append(table.structureOnly()).append(table.orderKey());
        for (Decision each : table.columns()) {
            text.append(each.column()).append(each.rule()).append(each.profile());
        }
        return Sha256.hex(text);
    }

    /// Reads what another run has left.
    static Position read(String content) {
        try {
            Position position = JSON.readValue(content, Position.class);
            if (position.format() == FORMAT) {
                return position;
            }
        } catch (JacksonException e) {
            // Said below: whoever wrote it was not this version.
        }
        throw new Failure(
                Failure.Kind.MISMATCH,
                "another version of Understudy has left the twin's position");
    }
}
