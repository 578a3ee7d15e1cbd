package dev.understudy.launcher.terminal;

import dev.understudy.jobs.run.RunningJob;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Shows a run while it runs, from a thread of its own, until it is closed.
public abstract sealed class ProgressDisplay implements AutoCloseable
        permits LiveDisplay, PlainDisplay {
    private static final long BETWEEN_LOOKS_MILLIS = 125;

    private final RunningJob job;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("progress").unstarted(this::show);

    ProgressDisplay(RunningJob job) {
        this.job = job;
    }

    /// The display that suits the terminal, already at work.
    public static ProgressDisplay start(RunningJob job, Terminal terminal) {
        ProgressDisplay display =
                terminal.live() ? new LiveDisplay(job, terminal) : new PlainDisplay(job, terminal);
        display.thread.start();
        return display;
    }

    /// Shows something that must be seen. Any thread may call it.
    public abstract void notice(String text);

    /// The window has another size now. Any thread may call it.
    public void resized() {}

    abstract void look(RunningJob running);

    abstract void end(RunningJob running);

    @Override
    public final void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        try {
            do {
                look(job);
            } while (!closing.await(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(job);
        }
    }
}
