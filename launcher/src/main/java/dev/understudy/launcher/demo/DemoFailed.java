package dev.understudy.launcher.demo;

import org.jspecify.annotations.Nullable;

/// The demo cannot be set up. The message says what was found and what to do, and may be shown as
/// it is.
public final class DemoFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailed(String message) {
        super(message);
    }

    DemoFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
