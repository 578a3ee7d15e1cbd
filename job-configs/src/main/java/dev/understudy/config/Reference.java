package dev.understudy.config;

import java.util.List;

/// An undeclared foreign key: `public.ticket.author -> public.customer.customer_id`, or with
/// several columns `public.a.(x, y) -> public.b.(u, v)`.
public record Reference(
        String text,
        String schema,
        String table,
        List<String> columns,
        String referencedSchema,
        String referencedTable,
        List<String> referencedColumns,
        Location where) {
    public Reference {
        columns = List.copyOf(columns);
        referencedColumns = List.copyOf(referencedColumns);
    }
}
