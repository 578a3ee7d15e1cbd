package dev.understudy.lake;

import org.jspecify.annotations.Nullable;

/// The lake could not be read or written, or cannot hold a value. The message names the object or
/// the column, and never holds a value or a credential.
public final class LakeException extends RuntimeException {
    public LakeException(String message) {
        super(message);
    }

    public LakeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
