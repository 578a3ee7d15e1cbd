/// What is found when a database is looked at before a run, so that what would fail or lose
/// something hours later is said now. Each engine looks by itself: start at {@link
/// dev.understudy.preflight.Finding} and {@link dev.understudy.source.SourceDatabase#preflight}.
@NullMarked
package dev.understudy.preflight;

import org.jspecify.annotations.NullMarked;
