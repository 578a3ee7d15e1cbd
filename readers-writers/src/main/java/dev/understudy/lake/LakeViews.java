package dev.understudy.lake;

import dev.understudy.lake.Manifest.ChangeSet;
import dev.understudy.lake.Manifest.LakeTable;
import dev.understudy.schema.TableName;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/// A version of the lake as SQL for DuckDB: a view for each table, which shows its rows as they
/// are, changes included. Where the lake has several sources, the views of `crm` lie in schemas
/// like `crm:app`, else in those that the tables have.
public final class LakeViews {
    private final boolean severalSources;
    private final UnaryOperator<String> address;

    /// @param address of the object with a key, as DuckDB opens it
    public LakeViews(Manifest manifest, UnaryOperator<String> address) {
        this.severalSources = manifest.hasSeveralSources();
        this.address = address;
    }

    /// The statements that make a table's view, and its schema before.
    public String of(LakeTable table) {
        String schema =
                severalSources
                        ? table.source() + ":" + table.name().schema()
                        : table.name().schema();
        return "CREATE SCHEMA IF NOT EXISTS %s;\nCREATE OR REPLACE VIEW %s AS\n%s;\n"
                .formatted(
                        TableName.quote(schema),
                        TableName.quote(schema) + "." + TableName.quote(table.name().name()),
                        query(table));
    }

    private String query(LakeTable table) {
        List<Part> changes = table.changes().stream().flatMap(ChangeSet::parts).toList();
        if (changes.isEmpty()) {
            return table.parts().isEmpty() ? none(table) : "SELECT * FROM " + files(table.parts());
        }
        String key = table.key().stream().map(TableName::quote).collect(Collectors.joining(", "));
        String upserted =
                "SELECT * EXCLUDE (%s, %s, %s) FROM changes WHERE %1$s = 'u'"
                        .formatted(Change.OP, Change.RUN, Change.AT);
        // Of each key, the last change counts; a set has it once.
        return """
        WITH changes AS (
          SELECT * FROM %s
          QUALIFY row_number() OVER (PARTITION BY %s ORDER BY _at DESC, _op DESC) = 1
        )
        %s\
        """
                .formatted(
                        files(changes),
                        key,
                        table.parts().isEmpty()
                                ? upserted
                                : "SELECT * FROM %s ANTI JOIN changes USING (%s)\nUNION ALL\n%s"
                                        .formatted(files(table.parts()), key, upserted));
    }

    /// Without `hive_partitioning`, which would take a column from the folders' names.
    private String files(List<Part> parts) {
        return parts.stream()
                .map(part -> "'" + address.apply(part.key()).replace("'", "''") + "'")
                .collect(
                        Collectors.joining(
                                ",\n  ", "read_parquet([\n  ", "], hive_partitioning = false)"));
    }

    /// A table without files.
    private static String none(LakeTable table) {
        if (table.columns().isEmpty()) {
            return "SELECT NULL::bigint AS %s WHERE false"
                    .formatted(ConstantLeaf.ROW.type().getName());
        }
        return table.columns().stream()
                .map(column ->
                        "NULL::"
                                + LakeTypes.declared(column).map(LakeViews::type).orElse("varchar")
                                + " AS "
                                + TableName.quote(column.name()))
                .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }

    private static String type(Type type) {
        if (type instanceof PrimitiveType primitive) {
            return type(primitive);
        }
        List<Type> fields = type.asGroupType().getFields();
        if (type.getLogicalTypeAnnotation()
                instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
            return type(fields.getFirst().asGroupType().getType(0)) + "[]";
        }
        return fields.stream()
                .map(each -> TableName.quote(each.getName()) + " " + type(each))
                .collect(Collectors.joining(", ", "struct(", ")"));
    }

    private static String type(PrimitiveType type) {
        return switch (type.getLogicalTypeAnnotation()) {
            case null ->
                    switch (type.getPrimitiveTypeName()) {
                        case BOOLEAN -> "boolean";
                        case INT32 -> "integer";
                        case INT64 -> "bigint";
                        case FLOAT -> "float";
                        case DOUBLE -> "double";
                        case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> "blob";
                    };
            case DecimalLogicalTypeAnnotation decimal ->
                    "decimal(%d, %d)".formatted(decimal.getPrecision(), decimal.getScale());
            case IntLogicalTypeAnnotation _ -> "smallint";
            case TimestampLogicalTypeAnnotation timestamp ->
                    timestamp.isAdjustedToUTC() ? "timestamptz" : "timestamp";
            case LogicalTypeAnnotation.DateLogicalTypeAnnotation _ -> "date";
            case LogicalTypeAnnotation.TimeLogicalTypeAnnotation _ -> "time";
            case LogicalTypeAnnotation.UUIDLogicalTypeAnnotation _ -> "uuid";
            case LogicalTypeAnnotation.JsonLogicalTypeAnnotation _ -> "json";
            default -> "varchar";
        };
    }
}
