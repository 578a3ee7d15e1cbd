package dev.understudy.source;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks the source's server whether rows that nobody has pass a check; touches no table.
public interface CheckProbe {
    /// For each row whether the expression holds for it, null where it is unknown, which a check
    /// lets pass; empty if the server cannot tell, for example because the expression fails.
    Optional<List<@Nullable Boolean>> holds(Question question);

    /// An expression and rows to try it on.
    ///
    /// @param table the name that the expression may call its row
    /// @param columns that the expression reads, of equally many rows
    record Question(String table, List<Tried> columns, String expression) {
        public Question {
            columns = List.copyOf(columns);
        }

        /// The same for some of the rows.
        public Question of(int from, int to) {
            return new Question(
                    table,
                    columns.stream()
                            .map(each ->
                                    new Tried(
                                            each.column(),
                                            each.sqlType(),
                                            each.values().subList(from, to)))
                            .toList(),
                    expression);
        }

        /// How many rows there are.
        public int rows() {
            return columns.getFirst().values().size();
        }
    }

    /// A column's values in the rows to try.
    ///
    /// @param column the name that the expression calls the value
    /// @param values as text, null for NULL
    record Tried(String column, String sqlType, List<@Nullable String> values) {}
}
