package dev.understudy.masking;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// What a masker must know of a column before it is bound to it.
///
/// @param path where the column is, for messages: `public.customer.email`
/// @param sqlType its type as the database writes it, for messages and literals: `character
///   varying(40)`
/// @param form how the bytes of a value are to be read; for an array, of an element
/// @param array whether a value is an array of such elements (PostgreSQL's binary array form)
/// @param maxLength the most characters that a text value may have; for NUMERIC, the most digits;
///   for BYTES, the most bytes; empty if unbounded
/// @param nullable whether NULL may stand in the column
/// @param unique whether the column alone is a key, or under a unique constraint or index, so that
///   two different values must never become equal
/// @param labels the labels of an enum type, in their order; empty for every other form
/// @param attributes of a composite type, in their order; empty for every other form
/// @param neutral what stands for every value of an OPAQUE type; empty for every other form, and
///   where nothing does
/// @param binary whether values come in the database's binary form, and not as its text; only
///   OPAQUE values of PostgreSQL may be either
public record ColumnProfile(
        String path,
        String sqlType,
        ValueForm form,
        boolean array,
        OptionalInt maxLength,
        boolean nullable,
        boolean unique,
        List<String> labels,
        List<Attribute> attributes,
        Optional<Neutral> neutral,
        boolean binary) {

    /// An attribute of a composite type.
    ///
    /// @param value as if it were a column, under the path of its own
    public record Attribute(String name, ColumnProfile value) {}

    public ColumnProfile {
        Objects.requireNonNull(path, "path");
        labels = List.copyOf(labels);
        attributes = List.copyOf(attributes);
    }

    /// A column of any form but a composite type's or an OPAQUE one.
    public ColumnProfile(
            String path,
            String sqlType,
            ValueForm form,
            boolean array,
            OptionalInt maxLength,
            boolean nullable,
            boolean unique,
            List<String> labels) {
        this(
                path,
                sqlType,
                form,
                array,
                maxLength,
                nullable,
                unique,
                labels,
                List.of(),
                Optional.empty(),
                true);
    }

    /// Whether a server takes nothing but network addresses for the column's texts, as MariaDB
    /// does.
    boolean takesAddressesAlone() {
        return form == ValueForm.TEXT && (sqlType.equals("inet4") || sqlType.equals("inet6"));
    }

    /// A nullable, unbounded column that is not unique: what tests and previews start from.
    public static ColumnProfile of(String path, String sqlType, ValueForm form) {
        return new ColumnProfile(
                path, sqlType, form, false, OptionalInt.empty(), true, false, List.of());
    }
}
