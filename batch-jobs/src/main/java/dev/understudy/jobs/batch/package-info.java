/// The only package that knows Spring Batch: it turns a {@link dev.understudy.jobs.copy.CopyRun}
/// into a job of five steps whose second is partitioned by splits, and reads the repository.
///
/// Start at {@link dev.understudy.jobs.batch.CopyJob}.
@NullMarked
package dev.understudy.jobs.batch;

import org.jspecify.annotations.NullMarked;
