package dev.understudy.masking;

/// What happens to a value that a masker cannot handle as asked, such as `n/a` in a column of
/// e-mail addresses. There is no way to let it pass.
public enum OnMismatch {
    /// It becomes a pseudonym of its own shape, and is counted.
    PSEUDONYM,
    /// The run ends, and nothing is published.
    STOP
}
