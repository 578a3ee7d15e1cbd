package dev.understudy.config;

/// What becomes of foreign keys whose row is left out.
///
/// @param columns of the foreign keys
public record OrphanRule(ColumnPattern columns, Fate fate) {
    /// What becomes of them.
    public enum Fate {
        /// The run is refused.
        REFUSE,
        /// They become NULL.
        NULLIFY,
        /// The row comes all the same.
        PULL
    }
}
