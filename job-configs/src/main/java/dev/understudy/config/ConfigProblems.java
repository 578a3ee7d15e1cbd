package dev.understudy.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// All problems of a job, collected and thrown once: errors, and the warnings beside them.
public final class ConfigProblems extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient List<Problem> problems;

    public ConfigProblems(Path file, List<Problem> problems) {
        super(
                "%s: %s"
                        .formatted(
                                file,
                                problems.stream()
                                        .map(ConfigProblems::line)
                                        .collect(Collectors.joining("; "))));
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    public Path file() {
        return file;
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String line(Problem problem) {
        return problem.where().map(where -> "line " + where.line() + ": ").orElse("")
                + problem.message();
    }
}
