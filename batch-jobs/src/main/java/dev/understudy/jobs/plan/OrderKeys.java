package dev.understudy.jobs.plan;

import dev.understudy.schema.Column;
import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import dev.understudy.schema.Key;
import dev.understudy.schema.Table;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/// Chooses the key by which a table's rows are read.
final class OrderKeys {
    /// Types whose values can be written as a literal that means exactly the same; floats cannot.
    private static final Set<String> LITERAL_TYPES =
            Set.of(
                    "int2",
                    "int4",
                    "int8",
                    "numeric",
                    "bool",
                    "text",
                    "varchar",
                    "bpchar",
                    "uuid",
                    "date",
                    "timestamp",
                    "timestamptz",
                    "bytea");

    private OrderKeys() {}

    /// The primary key, or else the unique key with the fewest columns over columns that are not
    /// null; empty if none of them serves.
    static Optional<Key> of(Table table) {
        return table.keys().stream()
                .filter(key -> !key.partial() && !key.columns().isEmpty())
                .filter(key -> key.columns().stream().allMatch(each -> serves(table, each)))
                .min(
                        Comparator.comparing((Key key) -> !key.primary())
                                .thenComparingInt(key -> key.columns().size())
                                .thenComparing(Key::name));
    }

    private static boolean serves(Table table, String name) {
        Column column = table.column(name).orElseThrow();
        ColumnType type = column.type().underlying();
        boolean literal =
                type.kind() == Kind.ENUM
                        || (type.kind() == Kind.BASE && LITERAL_TYPES.contains(type.name()));
        return !column.nullable() && !column.generated() && column.type().binary() && literal;
    }
}
