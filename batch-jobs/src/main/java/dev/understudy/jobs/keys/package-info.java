/// The masking keys of a job: where they come from, and whether they are those that its twin and
/// its lake were made with.
///
/// Read {@link JobKeys} first, then {@link KeyHistory}.
@NullMarked
package dev.understudy.jobs.keys;

import org.jspecify.annotations.NullMarked;
