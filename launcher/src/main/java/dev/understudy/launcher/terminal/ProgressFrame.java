package dev.understudy.launcher.terminal;

import static dev.understudy.launcher.terminal.Lines.fit;
import static dev.understudy.launcher.terminal.Lines.left;
import static dev.understudy.launcher.terminal.Lines.right;

import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.run.RunProgress;
import dev.understudy.jobs.run.RunProgress.TableProgress;
import dev.understudy.ops.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A run's progress as lines that fit a window: a pure function of what is known.
final class ProgressFrame {
    private static final int SHOWN_TABLES = 8;

    private final RunProgress progress;
    private final Pace pace;
    private final String notice;
    private final boolean unicode;

    /// @param notice a last line that must be seen; may be empty
    ProgressFrame(RunProgress progress, Pace pace, String notice, boolean unicode) {
        this.progress = progress;
        this.pace = pace;
        this.notice = notice;
        this.unicode = unicode;
    }

    /// At most `size.lines() - 1` lines, each shorter than the window.
    List<String> lines(Terminal.Size size) {
        int width = Math.max(1, size.columns() - 1);
        var lines = new ArrayList<String>();
        lines.add(fit(headline(), width));
        if (!progress.tables().isEmpty() && progress.phase() != Phase.PLAN) {
            lines.add(overall(width));
            int room = Math.min(SHOWN_TABLES, size.lines() - 5);
            List<TableProgress> running =
                    progress.tables().stream()
                            .filter(each -> !each.done() && each.rows() > 0)
                            .toList();
            int name =
                    Math.min(
                            width / 3,
                            running.stream()
                                    .mapToInt(each -> each.table().toString().length())
                                    .max()
                                    .orElse(0));
            running.stream()
                    .limit(Math.max(0, room))
                    .forEach(each -> lines.add(table(each, name, width)));
            long done = progress.tables().stream().filter(TableProgress::done).count();
            lines.add(
                    fit(
                            "  %s of %s done"
                                    .formatted(
                                            Figures.count(done),
                                            Figures.count(progress.tables().size(), "table")),
                            width));
        }
        if (!notice.isEmpty()) {
            lines.add(fit("  " + notice, width));
        }
        return lines.subList(0, Math.max(1, Math.min(lines.size(), size.lines() - 1)));
    }

    private String headline() {
        String run = progress.run() == 0 ? "" : " #" + progress.run();
        String activity = progress.activity().isEmpty() ? "" : "  " + progress.activity();
        return "%s%s  %s  %s%s"
                .formatted(
                        progress.job(),
                        run,
                        words(progress.phase()),
                        Figures.duration(progress.elapsed()),
                        activity);
    }

    /// Drops the least important figures until the rest and a bar fit.
    private String overall(int width) {
        long rows = progress.rows();
        var figures = new ArrayList<String>();
        figures.add(percent(rows, progress.estimatedRows()));
        figures.add(
                "%s of %s rows"
                        .formatted(Figures.count(rows), Figures.count(progress.estimatedRows())));
        figures.add(Figures.count(Math.round(pace.rowsPerSecond())) + " rows/s");
        pace.left(progress).ifPresent(time -> figures.add(Figures.duration(time) + " left"));
        figures.add(Figures.bytes(Math.round(pace.bytesPerSecond())) + "/s");
        while (figures.size() > 1 && 2 + 12 + length(figures) > width) {
            figures.removeLast();
        }
        int bar = Math.clamp(width - 2 - length(figures), 0, 30);
        return fit(
                "  " + bar(rows, progress.estimatedRows(), bar) + "  " + String.join("  ", figures),
                width);
    }

    private static int length(List<String> figures) {
        return figures.stream().mapToInt(each -> each.length() + 2).sum();
    }

    private String table(TableProgress table, int name, int width) {
        String figures =
                percent(table.rows(), table.estimatedRows())
                        + right(Figures.count(table.rows()), 14);
        int bar = Math.clamp(width - 4 - name - 2 - figures.length() - 2, 0, 20);
        return fit(
                "    "
                        + left(fit(Lines.harmless(table.table().toString()), name), name)
                        + "  "
                        + (bar < 4 ? "" : bar(table.rows(), table.estimatedRows(), bar) + "  ")
                        + figures,
                width);
    }

    private String bar(long part, long whole, int width) {
        int full = (int) Math.round(width * share(part, whole));
        return unicode
                ? "█".repeat(full) + "░".repeat(width - full)
                : "#".repeat(full) + ".".repeat(width - full);
    }

    private static String percent(long part, long whole) {
        // 100 % is for what is over; an estimate may be too low.
        return String.format(Locale.ROOT, "%3d %%", Math.min(99, (int) (100 * share(part, whole))));
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
    }

    /// A phase as people call it.
    static String words(Phase phase) {
        return switch (phase) {
            case PLAN -> "planning";
            case STRUCTURE -> "creating the structure";
            case COPY -> "copying and masking";
            case CONSTRAINTS -> "building indexes and constraints";
            case SWEEP -> "looking for rows that are gone";
            case CHECK -> "checking";
            case PUBLISH -> "publishing";
            case CLEAN_UP -> "published; making statistics, dropping what was replaced";
            case DONE -> "done";
        };
    }
}
