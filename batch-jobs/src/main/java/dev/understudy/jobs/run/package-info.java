/// Runs as people see them: started, watched, stopped, restarted, listed and reported.
///
/// Start at {@link dev.understudy.jobs.run.Understudy}.
@NullMarked
package dev.understudy.jobs.run;

import org.jspecify.annotations.NullMarked;
