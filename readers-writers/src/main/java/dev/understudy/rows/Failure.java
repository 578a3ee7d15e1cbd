package dev.understudy.rows;

/// What went wrong, and on whose side, so that the launcher can choose an exit code and people know
/// where to look. Its message says what, where, found, expected and what to do; it never holds a
/// row's value.
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Whose failure it is.
    public enum Kind {
        /// The job config, or how the command was called.
        CONFIG,
        /// The source database, or the way to it.
        SOURCE,
        /// The twin or the lake, or the way to them.
        TARGET,
        /// Source and outputs do not agree.
        MISMATCH,
        /// Somebody asked the run to stop.
        INTERRUPTED,
        /// Understudy itself.
        INTERNAL
    }

    private final Kind kind;

    public Failure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Failure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// What may be told of any exception: a failure itself, of everything else the class and the
    /// place alone. The texts of other exceptions, and of their causes, may quote values.
    public static Failure safe(Throwable e) {
        if (e instanceof Failure known) {
            return known;
        }
        StackTraceElement[] trace = e.getStackTrace();
        var failure =
                new Failure(
                        Kind.INTERNAL,
                        e.getClass().getName() + (trace.length > 0 ? " at " + trace[0] : ""));
        failure.setStackTrace(trace);
        return failure;
    }

    public Kind kind() {
        return kind;
    }
}
