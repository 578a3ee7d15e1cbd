/// What changes between two runs of a job: how a source's tables are made and what the config says
/// about their columns. Pure; compared before rows are read. Start at {@link
/// dev.understudy.jobs.change.Changes}.
@NullMarked
package dev.understudy.jobs.change;

import org.jspecify.annotations.NullMarked;
