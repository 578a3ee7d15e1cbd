package dev.understudy.mysql;

import dev.understudy.rows.KeyValue;
import dev.understudy.rows.RowColumn;
import dev.understudy.source.RowQuery;
import dev.understudy.source.RowQuery.Joined;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// A query for rows as SQL.
final class MySqlQuery {
    private final RowQuery query;
    private final Optional<String> index;

    /// @param index the index of the query's key
    MySqlQuery(RowQuery query, Optional<String> index) {
        this.query = query;
        this.index = index;
    }

    String sql() {
        var columns = new StringJoiner(", ").setEmptyValue("NULL");
        nulls(query).forEach(each -> columns.add("CASE WHEN (" + each + "\n) THEN 1 END"));
        for (RowColumn column : query.shape().columns()) {
            columns.add(value(MySqlName.quote(column.name()), column));
        }
        query.joined().forEach(each -> columns.add(joined(each)));
        // In order means through the index: a sort would spill the whole range to the source's disk
        // first.
        String through =
                query.ordered()
                        ? index.map(name -> " FORCE INDEX (" + MySqlName.quote(name) + ")")
                                .orElse("")
                        : "";
        return "SELECT "
                + columns
                + " FROM "
                + MySqlName.quoted(query.shape().table())
                + " AS own"
                + through
                + where()
                + orderBy();
    }

    /// The conditions under which columns come as NULL, in the order of the columns. What they give
    /// stands before the columns: an expression around a column would give its values another type.
    static List<String> nulls(RowQuery query) {
        return query.shape().columns().stream()
                .map(each -> query.nullIf().get(each.name()))
                .filter(Objects::nonNull)
                .toList();
    }

    private static String value(String name, RowColumn column) {
        return column.asText() ? "CAST(" + name + " AS CHAR)" : name;
    }

    private static String joined(Joined column) {
        return "(SELECT "
                + value("other." + MySqlName.quote(column.column().name()), column.column())
                + " FROM "
                + MySqlName.quoted(column.table())
                + " AS other WHERE other."
                + MySqlName.quote(column.key())
                + " = own."
                + MySqlName.quote(column.via())
                + ")";
    }

    private String where() {
        var conditions = new ArrayList<>(query.conditions());
        query.range().after().ifPresent(bound -> conditions.add(behind(bound)));
        query.range().upTo().ifPresent(bound -> conditions.add(upTo(bound)));
        return where(conditions);
    }

    /// What follows a table's name where its rows must meet conditions.
    static String where(List<String> conditions) {
        // The line's end closes a comment that a condition may end with.
        return conditions.isEmpty()
                ? ""
                : conditions.stream().collect(Collectors.joining("\n) AND (", " WHERE (", "\n)"));
    }

    private String orderBy() {
        if (!query.ordered()) {
            return "";
        }
        var columns = new StringJoiner(", ");
        query.keyColumns().forEach(each -> columns.add(MySqlName.quote(each.name())));
        return " ORDER BY " + columns;
    }

    /// `(a > 1 OR (a = 1 AND (b > 2)))`: comparisons of whole rows would not use the index.
    private String behind(KeyValue bound) {
        String condition = "";
        List<String> texts = bound.texts();
        for (int i = texts.size() - 1; i >= 0; i--) {
            RowColumn column = query.keyColumns().get(i);
            String name = MySqlName.quote(column.name());
            String behind = KeyLiteral.behind(name, column.type(), texts.get(i));
            condition =
                    condition.isEmpty()
                            ? behind
                            : either(
                                    behind,
                                    KeyLiteral.same(name, column.type(), texts.get(i)),
                                    condition);
        }
        return condition;
    }

    private String upTo(KeyValue bound) {
        String condition = "";
        List<String> texts = bound.texts();
        for (int i = texts.size() - 1; i >= 0; i--) {
            RowColumn column = query.keyColumns().get(i);
            String name = MySqlName.quote(column.name());
            condition =
                    condition.isEmpty()
                            ? KeyLiteral.upTo(name, column.type(), texts.get(i))
                            : either(
                                    KeyLiteral.before(name, column.type(), texts.get(i)),
                                    KeyLiteral.same(name, column.type(), texts.get(i)),
                                    condition);
        }
        return condition;
    }

    private static String either(String apart, String same, String rest) {
        return "(" + apart + " OR (" + same + " AND " + rest + "))";
    }
}
