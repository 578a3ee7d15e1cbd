package dev.understudy.postgres;

import dev.understudy.rows.KeyRange;
import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowColumn;
import dev.understudy.rows.RowShape;
import dev.understudy.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// Which rows of a table are read, and in which order.
///
/// @param keyColumns the columns of the key, a prefix of which the range's bounds give values for;
///   empty if it has none
/// @param ordered whether rows come in the order of the key, so that a checkpoint may lie anywhere
///   among them
public record CopyQuery(
        RowShape shape, List<RowColumn> keyColumns, KeyRange range, boolean ordered) {
    public CopyQuery {
        keyColumns = List.copyOf(keyColumns);
        if (ordered && keyColumns.isEmpty()) {
            throw new IllegalArgumentException(shape.table() + " has no key to read it in order");
        }
    }

    /// The COPY statement. Reads the table's own rows, not those of partitions or children.
    public String sql() {
        boolean plain =
                range.isAll() && !ordered && shape.columns().stream().noneMatch(RowColumn::asText);
        var columns = new StringJoiner(", ");
        for (RowColumn column : shape.columns()) {
            columns.add(
                    TableName.quote(column.name()) + (column.asText() ? "::pg_catalog.text" : ""));
        }
        if (plain && shape.columns().isEmpty()) {
            // COPY has no syntax for rows without columns other than a query.
            return "COPY (SELECT FROM ONLY "
                    + shape.table().quoted()
                    + ") TO STDOUT (FORMAT binary)";
        }
        if (plain) {
            // Skips the executor: COPY of a table reads the heap directly.
            return "COPY "
                    + shape.table().quoted()
                    + " ("
                    + columns
                    + ") TO STDOUT (FORMAT binary)";
        }
        return "COPY (SELECT "
                + columns
                + " FROM ONLY "
                + shape.table().quoted()
                + where()
                + orderBy()
                + ") TO STDOUT (FORMAT binary)";
    }

    /// The condition of the range with the word WHERE, or nothing.
    public String where() {
        return where(range, keyColumns);
    }

    /// The condition of a range with the word WHERE, or nothing.
    public static String where(KeyRange range, List<RowColumn> keyColumns) {
        var conditions = new ArrayList<String>();
        range.after().ifPresent(after -> conditions.add(compare(keyColumns, after, ">")));
        range.upTo().ifPresent(upTo -> conditions.add(compare(keyColumns, upTo, "<=")));
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String orderBy() {
        if (!ordered) {
            return "";
        }
        var columns = new StringJoiner(", ");
        keyColumns.forEach(each -> columns.add(TableName.quote(each.name())));
        return " ORDER BY " + columns;
    }

    private static String compare(List<RowColumn> keyColumns, KeyValue bound, String operator) {
        var columns = new StringJoiner(", ");
        var values = new StringJoiner(", ");
        for (int i = 0; i < bound.texts().size(); i++) {
            RowColumn column = keyColumns.get(i);
            columns.add(TableName.quote(column.name()));
            values.add(literal(bound.texts().get(i)) + "::" + column.type().sql());
        }
        // A row comparison uses the key's index; of one column it is a plain comparison.
        return bound.texts().size() == 1
                ? columns + " " + operator + " " + values
                : "(" + columns + ") " + operator + " (" + values + ")";
    }

    /// A text as SQL, with standard_conforming_strings on.
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
