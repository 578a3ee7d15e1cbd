/// The control database: Spring Batch's repository, runs, the processes that execute them, and who
/// may write. No personal data is in it.
///
/// Start at {@link dev.understudy.jobs.control.ControlDatabase}.
@NullMarked
package dev.understudy.jobs.control;

import org.jspecify.annotations.NullMarked;
