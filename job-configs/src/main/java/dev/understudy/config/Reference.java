package dev.understudy.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// An undeclared foreign key: `public.ticket.author -> public.customer.customer_id`, or with
/// several columns `public.a.(x, y) -> public.b.(u, v)`. Names with dots, blanks or other signs are
/// written in double quotes.
///
/// @param text as the file has it
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

    /// Reads a reference from its text.
    ///
    /// @throws IllegalArgumentException if the text is no reference; the message continues a
    ///   sentence that began with it
    static Reference parse(String text, Location where) {
        var scanner = new NameScanner(text);
        scanner.skipBlanks();
        End from = End.read(scanner);
        scanner.skipBlanks();
        scanner.expect("->");
        scanner.skipBlanks();
        End to = End.read(scanner);
        scanner.skipBlanks();
        scanner.expectEnd();
        if (from.columns.size() != to.columns.size()) {
            throw new IllegalArgumentException(
                    "has %d columns on its left and %d on its right"
                            .formatted(from.columns.size(), to.columns.size()));
        }
        return new Reference(
                text,
                from.schema,
                from.table,
                from.columns,
                to.schema,
                to.table,
                to.columns,
                where);
    }

    private record End(String schema, String table, List<String> columns) {
        static End read(NameScanner scanner) {
            String schema = scanner.name();
            scanner.expect(".");
            String table = scanner.name();
            scanner.expect(".");
            if (!scanner.take("(")) {
                return new End(schema, table, List.of(scanner.name()));
            }
            List<String> columns = new ArrayList<>();
            do {
                scanner.skipBlanks();
                columns.add(scanner.name());
                scanner.skipBlanks();
            } while (scanner.take(","));
            scanner.expect(")");
            if (new HashSet<>(columns).size() < columns.size()) {
                throw new IllegalArgumentException("names a column twice");
            }
            return new End(schema, table, columns);
        }
    }
}
