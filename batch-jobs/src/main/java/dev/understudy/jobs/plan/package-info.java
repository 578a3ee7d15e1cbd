/// Decides, before a row is read, what a job does with every table and every column of its source.
///
/// Start at {@link dev.understudy.jobs.plan.Planner}; its result is a {@link
/// dev.understudy.jobs.plan.Plan}. No Spring.
@NullMarked
package dev.understudy.jobs.plan;

import org.jspecify.annotations.NullMarked;
