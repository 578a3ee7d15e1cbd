package dev.understudy.masking;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.List;
import java.util.Set;

/// A masker that somebody else wrote. Name its class in
/// `META-INF/services/dev.understudy.masking.CustomMasker` of a jar on the class path, with a
/// public constructor that takes nothing, and it stands in the catalogue as all others: configs
/// name it, validation, help and docs read its declaration, and what it declares decides which
/// columns it may be bound to. One instance serves all columns and threads; what it binds serves
/// one worker.
public interface CustomMasker {
    /// The name that configs use, which no other masker has: `loyalty-card`.
    String name();

    /// One line for help and docs.
    String summary();

    /// What configs may give it beside its name.
    default List<Parameter> parameters() {
        return List.of();
    }

    /// The forms that it can mask; it is never bound to another one.
    Set<ValueForm> forms();

    /// What it promises under this rule on this column. A column that is unique, or NOT NULL, is
    /// refused where the promise does not fit it.
    Guarantees guarantees(MaskingRule rule, ColumnProfile column);

    /// What is wrong with a rule beyond the names and types of its parameters.
    default List<String> check(MaskingRule rule) {
        return List.of();
    }

    /// Binds a rule without problems to a column of one of the forms. The values of an array come
    /// one by one, those of `character(n)` without padding, those of `citext` in lower case.
    ///
    /// @param domain the rule's domain, or this masker's name
    /// @throws MaskingRefused if the column cannot hold what the masker makes
    ColumnMasker bind(MaskingRule rule, ColumnProfile column, MaskingKeys keys, String domain);

    /// A masker that writes each pseudonym from 128 bits that depend on key, domain and value
    /// alone: evenly spread, and the same for equal values of different types and engines. NULL
    /// stays NULL, and an empty value stays empty.
    static ColumnMasker tagged(
            ColumnProfile column, MaskingKeys keys, String domain, Writer writer) {
        return Declarations.tagged(column, keys, domain, writer::write);
    }

    /// Appends one pseudonym.
    @FunctionalInterface
    interface Writer {
        /// @param bytes holds the value as it came, at `start`; not to be changed
        /// @param high the first 64 of the value's bits, `low` the others
        /// @param out gets exactly one value
        void write(byte[] bytes, int start, int length, long high, long low, MaskedValues out);
    }
}
