package dev.understudy.config;

/// The masked clone.
///
/// @param sourcePrimaryKey whether every table gets a last, nullable, indexed column
///   `source_primary_key`
/// @param unheld what happens to values that the twin's engine does not have
public record TwinConfig(DatabaseConfig database, boolean sourcePrimaryKey, Unheld unheld) {
    /// What happens to a value that another engine than the source's does not have.
    public enum Unheld {
        /// The run fails.
        REFUSE,
        /// It becomes NULL.
        NULLIFY
    }
}
