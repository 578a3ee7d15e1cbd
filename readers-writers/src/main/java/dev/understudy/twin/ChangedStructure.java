package dev.understudy.twin;

import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The structure that a live twin comes to together with its rows, because its source's has
/// changed.
///
/// @param blueprint of the source as it is now
/// @param anew tables that are dropped and made again, with all rows staged
/// @param keyColumn of the source's key, which new tables get, if the twin has it
public record ChangedStructure(
        Blueprint blueprint, Set<TableName> anew, Optional<String> keyColumn) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ChangedStructure {
        anew = Set.copyOf(anew);
    }

    private record PartJson(String kind, String name, String sql, String undo) {}

    private record StatementJson(
            String kind,
            String object,
            @Nullable List<String> table,
            boolean alone,
            String sql,
            List<PartJson> parts) {
        static StatementJson of(StructureStatement of) {
            return new StatementJson(
                    of.kind(),
                    of.object(),
                    of.table().map(ChangedStructure::words).orElse(null),
                    of.alone(),
                    of.sql(),
                    of.parts().stream()
                            .map(each ->
                                    new PartJson(
                                            each.kind().name(),
                                            each.name(),
                                            each.sql(),
                                            each.undo()))
                            .toList());
        }

        StructureStatement statement() {
            return new StructureStatement(
                    kind,
                    object,
                    Optional.ofNullable(table).map(ChangedStructure::name),
                    alone,
                    List.of(),
                    sql,
                    Optional.empty(),
                    parts.stream()
                            .map(each ->
                                    new StructurePart(
                                            StructurePart.Kind.valueOf(each.kind()),
                                            each.name(),
                                            each.sql(),
                                            each.undo()))
                            .toList());
        }
    }

    private record StructureJson(
            List<StatementJson> beforeRows,
            List<StatementJson> afterRows,
            List<StatementJson> afterAllRows,
            List<List<String>> tables,
            List<List<String>> anew,
            @Nullable String keyColumn) {}

    private static List<String> words(TableName table) {
        return List.of(table.schema(), table.name());
    }

    private static TableName name(List<String> words) {
        return new TableName(words.getFirst(), words.getLast());
    }

    /// As text, to be read by {@link #read}: a merge may be done by another process than the one
    /// that read the source.
    public String json() {
        return JSON.writeValueAsString(
                new StructureJson(
                        statements(blueprint.beforeRows()),
                        statements(
                                blueprint.afterRows().values().stream()
                                        .flatMap(List::stream)
                                        .toList()),
                        statements(blueprint.afterAllRows()),
                        blueprint.tables().stream().map(ChangedStructure::words).toList(),
                        anew.stream().map(ChangedStructure::words).toList(),
                        keyColumn.orElse(null)));
    }

    private static List<StatementJson> statements(List<StructureStatement> statements) {
        return statements.stream().map(StatementJson::of).toList();
    }

    public static ChangedStructure read(String json) {
        StructureJson read = JSON.readValue(json, StructureJson.class);
        Map<TableName, List<StructureStatement>> afterRows = new HashMap<>();
        for (StatementJson each : read.afterRows()) {
            afterRows
                    .computeIfAbsent(
                            name(Objects.requireNonNull(each.table())), _ -> new ArrayList<>())
                    .add(each.statement());
        }
        return new ChangedStructure(
                new Blueprint(
                        read.beforeRows().stream().map(StatementJson::statement).toList(),
                        afterRows,
                        read.afterAllRows().stream().map(StatementJson::statement).toList(),
                        List.of(),
                        Set.copyOf(read.tables().stream().map(ChangedStructure::name).toList()),
                        List.of()),
                Set.copyOf(read.anew().stream().map(ChangedStructure::name).toList()),
                Optional.ofNullable(read.keyColumn()));
    }
}
