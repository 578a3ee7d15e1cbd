package dev.understudy.config;

import java.util.Optional;

/// Something wrong with a job, found before a row is read.
///
/// @param id stable, for acknowledging and searching: `undecided-column`
/// @param severity errors stop the run, warnings do not; what the config acknowledges is only noted
/// @param where in the file, empty if it is about the database as a whole
/// @param message what was found and what was expected, without any row's value
/// @param hint what to do
public record Problem(
        String id, Severity severity, Optional<Location> where, String message, String hint) {
    /// How bad it is.
    public enum Severity {
        ERROR,
        WARNING,
        ACKNOWLEDGED
    }

    public static Problem error(String id, Location where, String message, String hint) {
        return new Problem(id, Severity.ERROR, Optional.of(where), message, hint);
    }

    public static Problem error(String id, String message, String hint) {
        return new Problem(id, Severity.ERROR, Optional.empty(), message, hint);
    }

    public static Problem warning(String id, Location where, String message, String hint) {
        return new Problem(id, Severity.WARNING, Optional.of(where), message, hint);
    }
}
