package dev.understudy.launcher.terminal;

import static dev.understudy.ops.report.ReportSentences.word;

import dev.understudy.config.Problem;
import dev.understudy.config.Problem.Severity;
import dev.understudy.ops.report.Figures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// Problems as a compiler prints them, errors first, those of a kind together and in the order of
/// the file.
public final class ProblemText {
    /// So many warnings of a kind show what it is about.
    private static final int EXAMPLES = 3;

    private ProblemText() {}

    public static List<String> lines(Path file, List<Problem> problems) {
        return lines(file, problems, Integer.MAX_VALUE);
    }

    /// All errors, and of each kind of warning a few: where something else was asked for, hundreds
    /// of warnings would hide the errors.
    public static List<String> brief(Path file, List<Problem> problems) {
        return lines(file, problems, EXAMPLES);
    }

    private static List<String> lines(Path file, List<Problem> problems, int examples) {
        var lines = new ArrayList<String>();
        for (Severity severity : Severity.values()) {
            var kinds = new LinkedHashMap<String, List<Problem>>();
            problems.stream()
                    .filter(each -> each.severity() == severity)
                    .sorted(
                            Comparator.comparingInt(ProblemText::line)
                                    .thenComparingInt(ProblemText::column))
                    .forEach(each ->
                            kinds.computeIfAbsent(each.id(), id -> new ArrayList<>()).add(each));
            for (List<Problem> kind : kinds.values()) {
                // One more costs no more room than saying that there is one more.
                boolean all = severity == Severity.ERROR || kind.size() - 1 <= examples;
                int shown = all ? kind.size() : examples;
                add(file, kind.subList(0, shown), lines);
                if (shown < kind.size()) {
                    lines.add(
                            "    and %d more like these: understudy validate %s"
                                    .formatted(kind.size() - shown, file));
                }
            }
        }
        lines.add(counts(problems) + " in " + file);
        return lines;
    }

    /// `3 errors, 1 warning`
    public static String counts(List<Problem> problems) {
        long errors = problems.stream().filter(each -> each.severity() == Severity.ERROR).count();
        long acknowledged =
                problems.stream().filter(each -> each.severity() == Severity.ACKNOWLEDGED).count();
        long warnings = problems.size() - errors - acknowledged;
        return Figures.count(errors, "error")
                + (warnings == 0 ? "" : ", " + Figures.count(warnings, "warning"))
                + (acknowledged == 0 ? "" : ", %d acknowledged".formatted(acknowledged));
    }

    private static void add(Path file, List<Problem> kind, List<String> lines) {
        for (int i = 0; i < kind.size(); i++) {
            Problem problem = kind.get(i);
            String place =
                    problem.where()
                            .map(each -> file + ":" + each.line() + ":" + each.column())
                            .orElse(file.toString());
            lines.add(
                    "%s: %s [%s] %s"
                            .formatted(
                                    place,
                                    word(problem.severity()),
                                    problem.id(),
                                    Lines.harmless(problem.message())));
            boolean hintFollows =
                    i + 1 < kind.size() && kind.get(i + 1).hint().equals(problem.hint());
            if (!hintFollows && !problem.hint().isEmpty()) {
                lines.add(
                        (problem.severity() == Severity.ACKNOWLEDGED
                                        ? "    because: "
                                        : "    hint: ")
                                + Lines.harmless(problem.hint()));
            }
        }
    }

    private static int line(Problem problem) {
        return problem.where().map(each -> each.line()).orElse(Integer.MAX_VALUE);
    }

    private static int column(Problem problem) {
        return problem.where().map(each -> each.column()).orElse(0);
    }
}
