package dev.understudy.schema;

import java.util.List;
import java.util.Optional;

/// What any engine can have of a table. A partition has none of its own: its rows lie with its
/// root's elsewhere.
///
/// @param table its name, types and unique keys
/// @param comment empty if it has none
/// @param columns those that are copied, in their order; what the database computes is left out
/// @param indexes over plain columns, in the order of their names, without those of keys
/// @param references to other tables
public record PortableTable(
        Table table,
        String comment,
        List<Member> columns,
        List<Index> indexes,
        List<Reference> references) {
    public PortableTable {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        references = List.copyOf(references);
    }

    /// A column.
    ///
    /// @param initial what a row gets that does not name the column
    /// @param numbering of new rows, if the database numbers them
    /// @param comment empty if it has none
    public record Member(
            Column column,
            Optional<Initial> initial,
            Optional<Numbering> numbering,
            String comment) {}

    /// A default.
    public sealed interface Initial {
        /// A value as text, without quotes.
        record Value(String text) implements Initial {}

        /// The present time.
        record Now() implements Initial {}
    }

    /// The numbers that new rows get.
    ///
    /// @param next not before the number that the next row would get
    public record Numbering(long next) {}

    /// An index that is not unique.
    public record Index(String name, List<String> columns) {
        public Index {
            columns = List.copyOf(columns);
        }
    }

    /// A foreign key, and what it does when the row goes that it references.
    public record Reference(ForeignKey key, Action onDelete, Action onUpdate) {}

    /// What a foreign key does.
    public enum Action {
        REFUSE("NO ACTION"),
        CASCADE("CASCADE"),
        SET_NULL("SET NULL"),
        SET_DEFAULT("SET DEFAULT");

        private final String sql;

        Action(String sql) {
            this.sql = sql;
        }

        public String sql() {
            return sql;
        }
    }

    /// Keys over columns that are copied, the primary key first. Partial ones limit some rows only,
    /// and no other engine has them.
    public List<Key> keys() {
        return table.keys().stream()
                .filter(key -> !key.partial() && hasAll(key.columns()))
                .sorted(java.util.Comparator.comparing(key -> !key.primary()))
                .toList();
    }

    /// Whether all of these columns are copied.
    public boolean hasAll(List<String> names) {
        return names.stream()
                .allMatch(name ->
                        columns.stream().anyMatch(each -> each.column().name().equals(name)));
    }
}
