package dev.understudy.jobs.copy;

import java.util.Objects;

/// A run as the outputs know it: its number is for people and begins anew with every control
/// database, so the names of databases and objects also carry a random token.
///
/// @param number in the control database
/// @param token eight hexadecimal digits
public record RunId(long number, String token) {
    /// Of whoever looks at outputs without a run.
    static final RunId NONE = new RunId(0, "00000000");

    public RunId {
        Objects.requireNonNull(token, "token");
    }

    /// `42-1f3a9c0d`.
    @Override
    public String toString() {
        return number + "-" + token;
    }
}
