package dev.understudy.config;

import java.util.Optional;

/// A database that is read, and the twin that is made of it.
///
/// @param name what the config calls it: `crm` in `crm:app.contact`; empty for the only source of a
///   job that gives it no name
public record SourceConfig(String name, DatabaseConfig database, Optional<TwinConfig> twin) {
    /// For people: `source`, or `source crm`.
    public String title() {
        return name.isEmpty() ? "source" : "source " + name;
    }

    /// Whether the copies of its tables have a column with the source's key.
    public boolean sourcePrimaryKey() {
        return twin.map(TwinConfig::sourcePrimaryKey).orElse(false);
    }
}
