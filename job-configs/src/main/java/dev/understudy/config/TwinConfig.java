package dev.understudy.config;

/// The masked clone.
///
/// @param sourcePrimaryKey whether every table gets a last, nullable, indexed column
///   `source_primary_key`
public record TwinConfig(DatabaseConfig database, boolean sourcePrimaryKey) {}
