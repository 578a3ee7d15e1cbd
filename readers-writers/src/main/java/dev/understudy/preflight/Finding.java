package dev.understudy.preflight;

import java.util.List;

/// What one look before a run has found. Holds no row's value and no password.
///
/// @param check what was looked at, in a word or two: `privileges`, `time zone`
/// @param found what is so, and what follows from it
/// @param ask the statements that an administrator would execute, without semicolons; empty if none
///   helps
public record Finding(Level level, String check, String found, List<String> ask) {
    public Finding {
        ask = List.copyOf(ask);
    }

    /// What it means for a run.
    public enum Level {
        /// Nothing to do.
        OK,
        /// A run would go through, but be slow, incomplete or in danger as it says.
        WARN,
        /// A run would fail.
        FAIL
    }
}
