/// Copies a source into its masked outputs: splits are read under one snapshot, masked, and written
/// to twin and lake, which share their checkpoints; then indexes, constraints, the check, and the
/// publishing. Plain Java, no Spring.
///
/// Start at {@link dev.understudy.jobs.copy.CopyRun}; the way of a row is SplitReader, RowMasker,
/// SplitWriter.
@NullMarked
package dev.understudy.jobs.copy;

import org.jspecify.annotations.NullMarked;
