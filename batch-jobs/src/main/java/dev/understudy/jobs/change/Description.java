package dev.understudy.jobs.change;

import dev.understudy.jobs.plan.Decision;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.plan.SubjectColumn;
import dev.understudy.jobs.plan.TableCopy;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.OnMismatch;
import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.twin.StructurePart;
import dev.understudy.twin.StructureStatement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// All that decides what a twin of a source looks like but the rows: kept with a twin, so that the
/// next run sees what has changed. Holds no value of any row; of rules only digests.
///
/// @param tables those that are copied, in the order of their names
/// @param others what belongs to no table: types, functions, views
public record Description(List<TableDescription> tables, List<Definition> others) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The masking of a column whose values travel as they are.
    static final String KEPT = "keep";

    /// The masking of a column that the database computes or whose rows stay behind.
    static final String NOT_COPIED = "";

    /// The kind of the statements that make a table.
    static final String TABLE = "table";

    /// A table.
    ///
    /// @param oid the catalog's number of it; 0 if the engine has none
    /// @param key by which its rows are told apart; empty if it has none
    /// @param root the partitioned table that it is a partition of; empty if it is none
    /// @param parents whose columns it inherits
    /// @param reading what decides which rows are read, and what is read with them
    /// @param columns in their order
    /// @param definitions its parts, and everything else that is made for it
    public record TableDescription(
            String schema,
            String name,
            int oid,
            String key,
            String root,
            List<String> parents,
            String reading,
            List<ColumnDescription> columns,
            List<Definition> definitions) {
        public TableDescription {
            parents = List.copyOf(parents);
            columns = List.copyOf(columns);
            definitions = List.copyOf(definitions);
        }

        public TableName table() {
            return new TableName(schema, name);
        }

        /// What all of it comes to: equal for equal tables.
        public String fingerprint() {
            return digest(JSON.writeValueAsString(this));
        }
    }

    /// A column.
    ///
    /// @param number by which the catalog knows it, whatever its name
    /// @param type as the database writes it
    /// @param shape a digest of all that the type is built from
    /// @param masking a digest of what happens to its values, and of what the masker knows of it;
    ///   null if nobody has decided
    public record ColumnDescription(
            String name, int number, String type, String shape, @Nullable String masking) {
        boolean isKept() {
            return KEPT.equals(masking);
        }
    }

    /// A part of a structure.
    ///
    /// @param kind of a table's part in capitals, else as {@link StructureStatement} has it
    /// @param sql one after the other where it takes several statements
    public record Definition(String kind, String name, List<String> sql) {
        public Definition {
            sql = List.copyOf(sql);
        }

        boolean isOf(StructurePart.Kind part) {
            return kind.equals(part.name());
        }

        boolean isOfColumn() {
            return isOf(StructurePart.Kind.DEFAULT)
                    || isOf(StructurePart.Kind.IDENTITY)
                    || isOf(StructurePart.Kind.NOT_NULL)
                    || (isOf(StructurePart.Kind.FORM) && !name.isEmpty());
        }

        String id() {
            return kind + " " + name;
        }
    }

    public Description {
        tables = List.copyOf(tables);
        others = List.copyOf(others);
    }

    /// Describes a source as a run is about to copy it.
    ///
    /// @param structure from which the twin is made; empty without a twin
    public static Description of(Plan plan, String source, Stream<StructureStatement> structure) {
        var copies = new HashMap<TableName, TableCopy>();
        plan.tables(source).forEach(each -> copies.put(each.name(), each));
        Map<TableName, Map<String, Definition>> definitions = new HashMap<>();
        var others = new HashMap<String, Definition>();
        List<Table> selected =
                plan.database().tables().stream()
                        .filter(each -> each.name().source().equals(source))
                        .filter(each -> plan.selected().contains(each.name()))
                        .toList();
        var maskings = new Maskings(plan.config().onMismatch());
        selected.forEach(each -> definitions.put(each.name().local(), new HashMap<>()));
        structure
                .filter(each -> !each.kind().equals(StructureStatement.NEXT_NUMBER))
                .forEach(each -> {
                    Map<String, Definition> place = each.table().map(definitions::get).orElse(null);
                    add(each, place == null ? others : place);
                });
        return new Description(
                selected.stream()
                        .map(each ->
                                maskings.describe(
                                        each,
                                        copies.get(each.name()),
                                        sorted(definitions.get(each.name().local()))))
                        .toList(),
                sorted(others));
    }

    private static List<Definition> sorted(@Nullable Map<String, Definition> definitions) {
        return definitions == null
                ? List.of()
                : definitions.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(Map.Entry::getValue)
                        .toList();
    }

    // What sets a table's parts follows it as statements of their own.
    private static void add(StructureStatement statement, Map<String, Definition> place) {
        boolean known =
                statement.kind().equals(TABLE)
                        && place.values().stream()
                                .anyMatch(each -> each.sql().equals(List.of(statement.sql())));
        if (statement.parts().isEmpty() && !known) {
            add(statement.kind(), statement.object(), statement.sql(), place);
        }
        statement.parts().forEach(part -> add(part.kind().name(), part.name(), part.sql(), place));
    }

    private static void add(String kind, String name, String sql, Map<String, Definition> place) {
        var one = new Definition(kind, name, List.of(sql));
        place.merge(
                one.id(),
                one,
                (first, next) ->
                        new Definition(
                                kind,
                                name,
                                Stream.concat(first.sql().stream(), next.sql().stream()).toList()));
    }

    private static ColumnDescription column(Column column, @Nullable String masking) {
        var shape = new StringBuilder();
        append(shape, column.type());
        return new ColumnDescription(
                column.name(), column.position(), column.type().sql(), digest(shape), masking);
    }

    private static void append(StringBuilder text, ColumnType type) {
        text.append(type.sql()).append(type.kind()).append(type.modifier());
        text.append(type.labels()).append(type.checks()).append('(');
        type.element().ifPresent(each -> append(text, each));
        type.attributes()
                .forEach(each -> {
                    text.append(each.name()).append(' ');
                    append(text, each.type());
                });
        text.append(')');
    }

    /// Says of columns what happens to their values.
    ///
    /// @param otherwise what happens to values that do not fit a rule that does not say it
    private record Maskings(OnMismatch otherwise) {
        TableDescription describe(
                Table table, @Nullable TableCopy copy, List<Definition> definitions) {
            Map<String, Decision> decisions = new HashMap<>();
            if (copy != null) {
                copy.columns().forEach(each -> decisions.put(each.column().name(), each));
            }
            String reading = copy == null || copy.structureOnly() ? null : reading(copy);
            return new TableDescription(
                    table.name().schema(),
                    table.name().name(),
                    table.oid(),
                    Stream.of(
                                    table.primaryKey(),
                                    copy == null ? Optional.<Key>empty() : copy.orderKey())
                            .flatMap(Optional::stream)
                            .map(key -> key.name() + " (" + String.join(", ", key.columns()) + ")")
                            .distinct()
                            .reduce((first, next) -> first + ", " + next)
                            .orElse(""),
                    table.partitionRoot().map(each -> each.local().toString()).orElse(""),
                    table.parents().stream().map(each -> each.local().toString()).toList(),
                    reading == null ? "" : reading,
                    table.columns().stream()
                            .map(each ->
                                    column(
                                            each,
                                            reading != null && !each.generated()
                                                    ? masking(decisions.get(each.name()))
                                                    : NOT_COPIED))
                            .toList(),
                    definitions);
        }

        private String reading(TableCopy copy) {
            var text = new StringBuilder();
            // Windows move; what has left one is found by its key. Where other tables decide about
            // its rows, all of them are compared.
            text.append(copy.rows().definition());
            for (SubjectColumn each : copy.subjects()) {
                text.append(each.via()).append(each.table()).append(each.key());
                text.append(each.decision().column().name()).append(masking(each.decision()));
            }
            return digest(text);
        }

        private @Nullable String masking(@Nullable Decision decision) {
            if (decision == null) {
                return null;
            }
            if (decision.kept()) {
                return KEPT;
            }
            MaskingRule rule = decision.rule();
            var text = new StringBuilder();
            text.append(rule.masker()).append(rule.parameters()).append(rule.domain());
            text.append(rule.onMismatch().orElse(otherwise))
                    .append(rule.ignoreCase())
                    .append(decision.profile());
            return digest(text);
        }
    }

    private static String digest(CharSequence text) {
        try {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// As text, to be read by {@link #read}.
    public String json() {
        return JSON.writeValueAsString(this);
    }

    public static Description read(String json) {
        return JSON.readValue(json, Description.class);
    }

    /// What all of it comes to: equal for equal descriptions.
    public String fingerprint() {
        return digest(json());
    }

    List<TableDescription> without(Description other) {
        var names = new ArrayList<TableName>();
        other.tables.forEach(each -> names.add(each.table()));
        return tables.stream().filter(each -> !names.contains(each.table())).toList();
    }
}
