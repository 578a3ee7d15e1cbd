package dev.understudy.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// All problems of a job, collected and thrown once.
public final class ConfigProblems extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient List<Problem> problems;

    public ConfigProblems(Path file, List<Problem> problems) {
        super(
                problems.size()
                        + " problems in "
                        + file
                        + ": "
                        + problems.stream()
                                .map(Problem::message)
                                .collect(Collectors.joining("; ")));
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    public Path file() {
        return file;
    }

    public List<Problem> problems() {
        return problems;
    }
}
