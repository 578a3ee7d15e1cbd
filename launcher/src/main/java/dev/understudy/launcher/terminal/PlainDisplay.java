package dev.understudy.launcher.terminal;

import dev.understudy.jobs.copy.Phase;
import dev.understudy.jobs.run.RunProgress;
import dev.understudy.jobs.run.RunProgress.TableProgress;
import dev.understudy.jobs.run.RunningJob;
import dev.understudy.ops.report.Figures;
import dev.understudy.schema.TableName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes a line whenever something begins or ends, and a summary every ten seconds.
final class PlainDisplay extends ProgressDisplay {
    private static final Duration BETWEEN_SUMMARIES = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final Pace pace = new Pace();
    private final Map<TableName, Duration> started = new HashMap<>();
    private final Set<TableName> done = new HashSet<>();
    private Optional<Phase> phase = Optional.empty();
    private Duration nextSummary = BETWEEN_SUMMARIES;

    PlainDisplay(RunningJob job, Terminal terminal) {
        super(job);
        this.terminal = terminal;
    }

    @Override
    public void notice(String text) {
        say(text);
    }

    /// Names of tables may hold anything, a forged line or a terminal's command as well.
    private void say(String line) {
        terminal.err().println(Lines.harmless(line));
    }

    @Override
    void look(RunningJob running) {
        show(running.progress());
    }

    @Override
    void end(RunningJob running) {
        show(running.progress());
    }

    void show(RunProgress progress) {
        pace.add(progress);
        String run = progress.run() == 0 ? progress.job() : progress.job() + "#" + progress.run();
        if (phase.isEmpty() || phase.get() != progress.phase()) {
            phase = Optional.of(progress.phase());
            say(run + " " + ProgressFrame.words(progress.phase()));
        }
        for (TableProgress table : progress.tables()) {
            show(run, table, progress);
        }
        if (progress.elapsed().compareTo(nextSummary) >= 0) {
            nextSummary = progress.elapsed().plus(BETWEEN_SUMMARIES);
            say(run + " " + summary(progress));
        }
    }

    private void show(String run, TableProgress table, RunProgress progress) {
        if (table.done()) {
            if (done.add(table.table())) {
                Duration since = started.getOrDefault(table.table(), progress.elapsed());
                String time =
                        progress.elapsed().equals(since)
                                ? ""
                                : " in " + Figures.duration(progress.elapsed().minus(since));
                say(
                        "%s %s[%d/%d] copied %s%s"
                                .formatted(
                                        run,
                                        table.table(),
                                        done.size(),
                                        progress.tables().size(),
                                        Figures.count(table.rows(), "row"),
                                        time));
            }
        } else if (table.rows() > 0
                && started.putIfAbsent(table.table(), progress.elapsed()) == null) {
            say(
                    "%s %s copying about %s"
                            .formatted(
                                    run,
                                    table.table(),
                                    Figures.count(
                                            Math.max(table.rows(), table.estimatedRows()), "row")));
        }
    }

    private String summary(RunProgress progress) {
        String left =
                pace.left(progress).map(time -> ", " + Figures.duration(time) + " left").orElse("");
        String activity = progress.activity().isEmpty() ? "" : ", " + progress.activity();
        return "%s: %s of %s rows, %s rows/s, %s/s%s%s"
                .formatted(
                        Figures.duration(progress.elapsed()),
                        Figures.count(progress.rows()),
                        Figures.count(progress.estimatedRows()),
                        Figures.count(Math.round(pace.rowsPerSecond())),
                        Figures.bytes(Math.round(pace.bytesPerSecond())),
                        left,
                        activity);
    }
}
