package dev.understudy.jobs.plan;

import dev.understudy.config.Acknowledgement;
import dev.understudy.config.Concern;
import dev.understudy.config.Location;
import dev.understudy.config.Problem;
import dev.understudy.config.Problem.Severity;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What planning finds wrong, collected so that people see all of it at once.
final class Findings {
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final List<Acknowledgement> acknowledged;
    private final Set<Acknowledgement> used = Collections.newSetFromMap(new IdentityHashMap<>());

    Findings(List<Acknowledgement> acknowledged) {
        this.acknowledged = acknowledged;
    }

    void error(String id, Optional<Location> where, String message, String hint) {
        problems.add(new Problem(id, Severity.ERROR, where, message, hint));
    }

    void warn(String id, Optional<Location> where, String message, String hint) {
        problems.add(new Problem(id, Severity.WARNING, where, message, hint));
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    /// A concern about a column, unless it is acknowledged.
    void concern(Concern concern, ColumnPath path, Optional<Location> where, String message) {
        concern(concern, each -> matches(each, path), where, message);
    }

    /// A concern about the job as a whole, unless it is acknowledged.
    void concern(Concern concern, String message) {
        concern(concern, _ -> true, Optional.empty(), message);
    }

    private void concern(
            Concern concern,
            Predicate<Acknowledgement> about,
            Optional<Location> where,
            String message) {
        List<Acknowledgement> matching =
                acknowledged.stream()
                        .filter(each -> each.concern() == concern)
                        .filter(about)
                        .toList();
        used.addAll(matching);
        if (matching.isEmpty()) {
            problems.add(
                    new Problem(
                            concern.id(), concern.severity(), where, message, concern.advice()));
        } else {
            problems.add(
                    new Problem(
                            concern.id(),
                            Severity.ACKNOWLEDGED,
                            Optional.of(matching.getFirst().columns().where()),
                            message,
                            matching.getFirst().reason()));
        }
    }

    private static boolean matches(Acknowledgement acknowledgement, ColumnPath path) {
        return path.matches(acknowledgement.columns());
    }

    /// Reports acknowledgements of nothing, once every concern is known.
    ///
    /// @param columns all that are copied
    void refuseUnusedAcknowledgements(List<ColumnPath> columns) {
        for (Acknowledgement each : acknowledged) {
            boolean mayBeOfNothing =
                    switch (each.concern().basis()) {
                        case CONFIG, FORBIDDEN -> false;
                        case ROWS -> columns.stream().anyMatch(path -> matches(each, path));
                        case JOB -> true;
                    };
            if (!used.contains(each) && !mayBeOfNothing) {
                error(
                        "acknowledgement-matches-nothing",
                        Optional.of(each.columns().where()),
                        "%s %s: there is nothing of the kind to acknowledge"
                                .formatted(each.concern().id(), each.columns().text()),
                        "remove it, or correct its columns; case counts");
            }
        }
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
