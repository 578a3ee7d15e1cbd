package dev.understudy.launcher.terminal;

import dev.understudy.jobs.run.RunningJob;
import java.util.ArrayList;
import java.util.List;

/// Redraws a block of lines in place, and of it only what changed.
final class LiveDisplay extends ProgressDisplay {
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";

    private final Terminal terminal;
    private final Pace pace = new Pace();
    private List<String> drawn = new ArrayList<>();
    private volatile String notice = "";
    private volatile Terminal.Size size;
    private Terminal.Size drawnSize;

    LiveDisplay(RunningJob job, Terminal terminal) {
        super(job);
        this.terminal = terminal;
        this.size = terminal.size();
        this.drawnSize = size;
    }

    @Override
    public void notice(String text) {
        notice = text;
    }

    @Override
    public void resized() {
        size = terminal.size();
    }

    @Override
    void look(RunningJob running) {
        var progress = running.progress();
        pace.add(progress);
        draw(new ProgressFrame(progress, pace, notice, terminal.unicode()).lines(size));
    }

    @Override
    void end(RunningJob running) {
        // The report follows and says it all: the block goes away.
        write(toTop() + CLEAR_BELOW + SHOW_CURSOR);
        drawn = List.of();
    }

    private void draw(List<String> lines) {
        var out = new StringBuilder(HIDE_CURSOR);
        out.append(toTop());
        if (!size.equals(drawnSize)) {
            // Lines may have been wrapped: nothing is where it was.
            out.append(CLEAR_BELOW);
            drawn = List.of();
            drawnSize = size;
        }
        for (int i = 0; i < lines.size(); i++) {
            if (i >= drawn.size() || !lines.get(i).equals(drawn.get(i))) {
                out.append(i == 0 ? terminal.bold(lines.get(i)) : lines.get(i));
                out.append(CLEAR_TO_END_OF_LINE);
            }
            out.append('\n');
        }
        if (lines.size() < drawn.size()) {
            out.append(CLEAR_BELOW);
        }
        drawn = List.copyOf(lines);
        write(out.toString());
    }

    private String toTop() {
        return drawn.isEmpty() ? "" : "\u001b[" + drawn.size() + "F";
    }

    private void write(String text) {
        terminal.out().print(text);
        terminal.out().flush();
    }
}
