package dev.understudy.jobs.run;

import dev.understudy.jobs.copy.SideFindings;
import dev.understudy.preflight.Finding;
import java.util.List;

/// What a look at a job before its run has found, by sides.
public record CheckReport(String job, List<SideFindings> sides) {
    public CheckReport {
        sides = List.copyOf(sides);
    }

    /// How many findings are of this level.
    public long count(Finding.Level level) {
        return sides.stream()
                .flatMap(each -> each.findings().stream())
                .filter(each -> each.level() == level)
                .count();
    }
}
