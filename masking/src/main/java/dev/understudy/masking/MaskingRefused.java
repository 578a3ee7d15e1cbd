package dev.understudy.masking;

/// A rule and a column do not fit. The message says which column, which rule, what was found and
/// what to use instead; it never holds a value.
public final class MaskingRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MaskingRefused(String message) {
        super(message);
    }
}
