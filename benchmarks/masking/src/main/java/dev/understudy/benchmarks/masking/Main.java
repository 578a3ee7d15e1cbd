package dev.understudy.benchmarks.masking;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Measures the maskers whose names are given, or all, and prints a table: of many short
/// iterations the best, which a busy machine disturbs least, and their mean.
final class Main {
    /// What JMH needs, without a warning for each fork.
    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    private Main() {}

    public static void main(String[] arguments) throws RunnerException {
        Set<String> wanted = Set.copyOf(Arrays.asList(arguments));
        List<Trial> trials =
                Trials.all().stream()
                        .filter(each -> wanted.isEmpty() || wanted.contains(each.masker()))
                        .toList();
        System.out.println(
                """
                | masker, parameters, form | ns a value, best | mean | bytes a value | goal, ns |
                |---|---|---|---|---|\
                """);
        for (Trial trial : trials) {
            var options =
                    new OptionsBuilder()
                            .include(MaskerBenchmark.class.getName())
                            .param("trial", trial.name())
                            .forks(1)
                            .jvmArgsAppend("-Xmx512m", "-XX:+UseSerialGC", UNSAFE)
                            .warmupIterations(10)
                            .warmupTime(TimeValue.milliseconds(150))
                            .measurementIterations(20)
                            .measurementTime(TimeValue.milliseconds(100))
                            .addProfiler(GCProfiler.class)
                            .verbosity(VerboseMode.SILENT)
                            .shouldFailOnError(true)
                            .build();
            new Runner(options).run().forEach(result -> print(trial, result));
        }
    }

    private static void print(Trial trial, RunResult result) {
        var times = new DoubleSummaryStatistics();
        result.getBenchmarkResults().stream()
                .flatMap(each -> each.getIterationResults().stream())
                .forEach(each -> times.accept(each.getPrimaryResult().getScore()));
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.1f | %s |%n",
                trial.name(),
                times.getMin(),
                times.getAverage(),
                bytes == null ? Double.NaN : bytes.getScore(),
                trial.goal() == 0 ? "" : trial.goal());
    }
}
