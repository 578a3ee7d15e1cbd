package dev.understudy.jobs.plan;

import dev.understudy.masking.MaskerDefinition.Subject;
import dev.understudy.schema.TableName;

/// A column of another table's row that the rule of some column reads, too.
///
/// @param via the own row's column that names the other row
/// @param key the other table's column that it holds a value of, which is unique
/// @param decision about the column in its own table, whose masked values are read
public record SubjectColumn(String via, TableName table, String key, Decision decision) {

    /// Whether this is what a rule calls so.
    public boolean is(Subject subject, String column) {
        return via.equals(subject.via())
                && decision.column().name().equals(column)
                && isNamed(table, subject.table());
    }

    /// Whether a config means a table, with its schema or without.
    static boolean isNamed(TableName table, String name) {
        return table.local().toString().equals(name) || table.name().equals(name);
    }
}
