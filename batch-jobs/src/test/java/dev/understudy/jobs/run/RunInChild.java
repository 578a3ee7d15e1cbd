package dev.understudy.jobs.run;

import java.nio.file.Path;

/// Executes a job to its end in a process that a test may kill: `home`, `config`. Exits with 0 if
/// the run is done.
final class RunInChild {
    private RunInChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (Understudy understudy = Understudy.open(Path.of(arguments[0]))) {
            RunReport report = understudy.run(Scenario.read(Path.of(arguments[1]))).await();
            report.failure().ifPresent(failure -> System.err.println(failure.message()));
            System.exit(report.status() == RunStatus.DONE ? 0 : 1);
        }
    }
}
