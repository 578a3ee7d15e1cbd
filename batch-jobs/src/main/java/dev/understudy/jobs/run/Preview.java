package dev.understudy.jobs.run;

import dev.understudy.schema.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some rows of a table before and after masking, as text. For a terminal only: never logged,
/// stored or sent.
///
/// A class and not a record, because it holds people's data.
public final class Preview {
    private final TableName table;
    private final List<String> columns;
    private final List<String> rules;
    private final List<List<@Nullable String>> before;
    private final List<List<@Nullable String>> after;

    public Preview(
            TableName table,
            List<String> columns,
            List<String> rules,
            List<List<@Nullable String>> before,
            List<List<@Nullable String>> after) {
        this.table = table;
        this.columns = List.copyOf(columns);
        this.rules = List.copyOf(rules);
        this.before = List.copyOf(before);
        this.after = List.copyOf(after);
    }

    public TableName table() {
        return table;
    }

    public List<String> columns() {
        return columns;
    }

    /// The rule of each column: `email`.
    public List<String> rules() {
        return rules;
    }

    /// Rows of texts, null for NULL.
    public List<List<@Nullable String>> before() {
        return before;
    }

    public List<List<@Nullable String>> after() {
        return after;
    }

    @Override
    public String toString() {
        return "Preview[" + table + ", " + before.size() + " rows]";
    }
}
