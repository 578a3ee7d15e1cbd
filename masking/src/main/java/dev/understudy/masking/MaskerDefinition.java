package dev.understudy.masking;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One masker of the catalogue, declared as data: validation, the JSON Schema, help, docs and the
/// property tests read it.
public interface MaskerDefinition {
    /// The name that configs use: `first-name`.
    String name();

    /// One line for help and docs.
    String summary();

    List<Parameter> parameters();

    /// The forms that it can mask.
    Set<ValueForm> forms();

    /// What it promises under this rule on this column.
    Guarantees guarantees(MaskingRule rule, ColumnProfile column);

    /// The other columns of the table that the rule reads, by name.
    default Reads reads(MaskingRule rule) {
        return Reads.NONE;
    }

    /// Binds the rule to a column. A rule that reads other columns is refused.
    default ColumnMasker bind(MaskingRule rule, ColumnProfile column, MaskingKeys keys) {
        return bind(rule, column, List.of(), keys);
    }

    /// Binds the rule to a column.
    ///
    /// @param read what {@link #reads} names, in its order, and then its subject's columns
    /// @throws MaskingRefused if the column cannot hold what the masker makes: its type, its
    ///   length, NOT NULL, uniqueness
    ColumnMasker bind(
            MaskingRule rule, ColumnProfile column, List<ColumnProfile> read, MaskingKeys keys);

    /// Other columns that a rule reads.
    ///
    /// @param masked those of which it reads what they become, and not only what they were: they
    ///   are masked first, so they must not themselves wait for this column
    /// @param subject a row of another table whose columns it reads after these, as they are masked
    ///   there
    record Reads(List<String> columns, Set<String> masked, Optional<Subject> subject) {
        static final Reads NONE = original(List.of());

        public Reads {
            columns = List.copyOf(columns);
            masked = Set.copyOf(masked);
        }

        /// Of columns as they were.
        static Reads original(List<String> columns) {
            return new Reads(columns, Set.of());
        }

        /// Of columns as they become.
        static Reads masked(List<String> columns) {
            return new Reads(columns, Set.copyOf(columns));
        }

        Reads(List<String> columns, Set<String> masked) {
            this(columns, masked, Optional.empty());
        }

        int count() {
            return all().size();
        }

        List<String> all() {
            return Stream.concat(
                            columns.stream(),
                            subject.stream().flatMap(each -> each.columns().stream()))
                    .toList();
        }
    }

    /// A row of another table, at most one for each row.
    ///
    /// @param via the column of the own row that holds its key
    /// @param table the table, as the config writes it: `public.patient`
    /// @param columns what is read of it
    record Subject(String via, String table, List<String> columns) {
        public Subject {
            columns = List.copyOf(columns);
        }
    }

    /// A parameter of a masker.
    ///
    /// @param name as in the config: `max-days`
    /// @param type what JSON Schema calls it: string, integer, number, boolean, array, object, any
    /// @param required whether the config must give it
    /// @param summary one line, with the default
    record Parameter(String name, String type, boolean required, String summary) {}
}
