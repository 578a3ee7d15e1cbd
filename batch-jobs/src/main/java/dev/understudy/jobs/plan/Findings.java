package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.config.Problem.Severity;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What planning finds wrong, collected so that people see all of it at once.
final class Findings {
    private final Set<Problem> problems = new LinkedHashSet<>();

    void error(String id, Optional<Location> where, String message, String hint) {
        problems.add(new Problem(id, Severity.ERROR, where, message, hint));
    }

    void warn(String id, Optional<Location> where, String message, String hint) {
        problems.add(new Problem(id, Severity.WARNING, where, message, hint));
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    boolean hasErrors() {
        return problems.stream().anyMatch(each -> each.severity() == Severity.ERROR);
    }

    /// Errors before warnings, each in the order of the file; what concerns no line comes last.
    List<Problem> all() {
        return problems.stream()
                .sorted(
                        Comparator.comparing(Problem::severity)
                                .thenComparing(each ->
                                        each.where().map(Location::line).orElse(Integer.MAX_VALUE)))
                .toList();
    }
}
