package dev.understudy.twin;

/// What happens to a value that a twin's engine does not have, where that is not the source's.
public enum Unheld {
    /// It is a failure.
    REFUSE,
    /// It becomes NULL, where the column takes NULL.
    NULLIFY
}
