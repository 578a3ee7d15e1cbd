package dev.understudy.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Columns that are masked alike because the config says so: an undeclared foreign key,
/// `public.ticket.author -> public.customer.customer_id`, or with several columns `public.a.(x, y)
/// -> public.b.(u, v)`; or columns that hold the same values without referencing each other,
/// `crm:app.contact.email ~ shop:public.customer.email`. Names with dots, blanks or other signs are
/// written in double quotes.
///
/// @param text as the file has it
/// @param from the columns that reference others, or the first
/// @param to the columns that are referenced, or the second, as many
public record Reference(String text, Kind kind, End from, End to, Location where) {
    static final String FORM =
            "schema.table.column -> schema.table.column, or with ~ for columns that hold the same values";

    /// What the columns are to each other.
    public enum Kind {
        /// The first hold values that are in the second.
        FOREIGN_KEY,
        /// Both hold values of the same kind; neither needs to have those of the other.
        ALIKE
    }

    /// Columns of a table.
    ///
    /// @param source empty for the only one
    public record End(Optional<String> source, String schema, String table, List<String> columns) {
        public End {
            columns = List.copyOf(columns);
        }

        private static End read(NameScanner scanner) {
            Optional<String> source = scanner.source();
            String schema = scanner.name();
            scanner.expect(".");
            String table = scanner.name();
            scanner.expect(".");
            if (!scanner.take("(")) {
                return new End(source, schema, table, List.of(scanner.name()));
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
            return new End(source, schema, table, columns);
        }
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
        boolean alike = scanner.take("~");
        if (!alike) {
            scanner.expect("->");
        }
        scanner.skipBlanks();
        End to = End.read(scanner);
        scanner.skipBlanks();
        scanner.expectEnd();
        if (from.columns.size() != to.columns.size()) {
            throw new IllegalArgumentException(
                    "has %d columns on its left and %d on its right"
                            .formatted(from.columns.size(), to.columns.size()));
        }
        return new Reference(text, alike ? Kind.ALIKE : Kind.FOREIGN_KEY, from, to, where);
    }
}
