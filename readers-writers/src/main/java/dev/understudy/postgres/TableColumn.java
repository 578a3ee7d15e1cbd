package dev.understudy.postgres;

import static dev.understudy.schema.TableName.quote;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A column of a relation, as the catalog describes it.
final class TableColumn {
    final String name;
    final String type;
    final @Nullable String collation;
    final boolean notNull;
    final String generated;
    final boolean local;
    final @Nullable String expression;
    final @Nullable String notNullName;
    final boolean notNullLocal;
    final boolean notNullNotInherited;
    final boolean notNullValid;
    final int notNullNumber;
    @Nullable StructureNode part;

    TableColumn(ResultSet row) throws SQLException {
        name = row.getString(2);
        type = row.getString(4);
        collation = row.getString(5);
        notNull = row.getBoolean(6);
        generated = row.getString(7);
        local = row.getBoolean(8);
        expression = row.getString(14);
        notNullName = row.getString(15);
        notNullLocal = row.getBoolean(16);
        notNullNotInherited = row.getBoolean(17);
        notNullValid = notNullName == null || row.getBoolean(18);
        notNullNumber = CatalogSession.oid(row, 19);
    }

    /// Whether it has a default that is made with its table.
    boolean hasDefault() {
        return part != null && !part.apart && part.refusal == null;
    }

    String notNull() {
        return (notNullName == null ? "" : " CONSTRAINT " + quote(notNullName))
                + " NOT NULL"
                + (notNullNotInherited ? " NO INHERIT" : "");
    }

    String notNullConstraint() {
        return (notNullName == null ? "" : " CONSTRAINT " + quote(notNullName))
                + " NOT NULL "
                + quote(name)
                + (notNullNotInherited ? " NO INHERIT" : "");
    }
}
