package dev.understudy.launcher;

import dev.understudy.jobs.run.RunReport;
import dev.understudy.rows.Failure;

/// How a command ends, for scripts.
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int CONFIG = 2;
    static final int SOURCE = 3;
    static final int TARGET = 4;
    static final int MISMATCH = 5;
    static final int LEFT = 6;
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(Failure.Kind kind) {
        return switch (kind) {
            case CONFIG -> CONFIG;
            case SOURCE -> SOURCE;
            case TARGET -> TARGET;
            case MISMATCH -> MISMATCH;
            case INTERRUPTED -> INTERRUPTED;
            case INTERNAL -> FAILED;
        };
    }

    static int of(RunReport report) {
        return switch (report.status()) {
            case DONE -> report.scope().left().isEmpty() ? DONE : LEFT;
            case STOPPED -> INTERRUPTED;
            case FAILED -> report.failure().map(each -> of(each.kind())).orElse(FAILED);
            case RUNNING -> FAILED;
        };
    }
}
