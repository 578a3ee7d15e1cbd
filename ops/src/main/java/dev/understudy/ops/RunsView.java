package dev.understudy.ops;

import dev.understudy.jobs.run.RunDetails;
import dev.understudy.jobs.run.RunSummary;
import java.util.List;
import java.util.Optional;

/// The runs, for reading. Any thread may ask.
public interface RunsView {
    /// The runs, latest first.
    List<RunSummary> runs(int limit);

    Optional<RunDetails> show(long run);
}
