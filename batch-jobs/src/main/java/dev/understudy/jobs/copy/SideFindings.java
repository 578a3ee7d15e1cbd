package dev.understudy.jobs.copy;

import dev.understudy.preflight.Finding;
import dev.understudy.rows.Failure;
import java.util.List;

/// What a look at one side of a job has found before a run.
///
/// @param source its name in the config, or that of the source that it belongs to; empty if it has
///   none
/// @param place where that is
public record SideFindings(Side side, String source, String place, List<Finding> findings) {
    public SideFindings {
        findings = List.copyOf(findings);
    }

    /// The sides, in the order in which a run comes to them.
    public enum Side {
        CONFIG(Failure.Kind.CONFIG),
        HOME(Failure.Kind.CONFIG),
        SOURCE(Failure.Kind.SOURCE),
        TWIN(Failure.Kind.TARGET),
        LAKE(Failure.Kind.TARGET);

        private final Failure.Kind kind;

        Side(Failure.Kind kind) {
            this.kind = kind;
        }

        /// Whose failure it is if a run fails there.
        public Failure.Kind kind() {
            return kind;
        }
    }

    public boolean failed() {
        return findings.stream().anyMatch(each -> each.level() == Finding.Level.FAIL);
    }
}
