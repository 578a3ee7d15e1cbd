package dev.understudy.jobs.plan;

import dev.understudy.config.ColumnPattern;
import dev.understudy.schema.TableName;
import java.util.regex.Pattern;

/// A column of a table. Prints as `public.customer.email`.
record ColumnPath(TableName table, String column) {
    private static final Pattern PLAIN = Pattern.compile("[^\\s.\"(),*:#{}\\[\\]&!|>'%@`?\\\\-]+");

    boolean matches(ColumnPattern pattern) {
        return pattern.matches(table.source(), table.schema(), table.name(), column);
    }

    /// As a line of a config names it: the parts that need it in double quotes, and the whole in
    /// single ones if any did.
    String asPattern() {
        String source = table.source().isEmpty() ? "" : table.source() + ":";
        String written =
                source + part(table.schema()) + "." + part(table.name()) + "." + part(column);
        return written.contains("\"") ? "'" + written.replace("'", "''") + "'" : written;
    }

    private static String part(String name) {
        return PLAIN.matcher(name).matches() ? name : TableName.quote(name);
    }

    @Override
    public String toString() {
        return table + "." + column;
    }
}
