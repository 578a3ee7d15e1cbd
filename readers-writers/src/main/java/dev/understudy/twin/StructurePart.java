package dev.understudy.twin;

/// A part of a table's definition, with what brings it into a table that has rows and out again.
///
/// @param name of the column, the check, the setting
/// @param sql what gives the part to the table; of a column, what makes it so where it is there
///   already. Two parts are equal if this is. Of a {@link Kind#FORM}, only words.
/// @param undo what takes it away; empty if nothing can
public record StructurePart(Kind kind, String name, String sql, String undo) {
    /// What a part is.
    public enum Kind {
        /// A column with its type and collation.
        COLUMN,
        DEFAULT,
        IDENTITY,
        NOT_NULL,
        CHECK,
        /// Storage, statistics, options: what changes no row.
        SETTING,
        /// What a table keeps for life: how a column is computed, parents, the partition key.
        FORM,
        /// Anything, where the engine's tables do not change in their place.
        DEFINITION
    }

    /// Whether it is the same part, perhaps in another state.
    public boolean isOf(StructurePart other) {
        return kind == other.kind && name.equals(other.name);
    }
}
