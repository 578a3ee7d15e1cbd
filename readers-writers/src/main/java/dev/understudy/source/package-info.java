/// A database that is read, whatever its engine: one point in time, its structure, its rows. Every
/// engine's rows come in PostgreSQL's binary form ({@link dev.understudy.rows.RowBatch}), so that
/// whatever follows knows one form. Start at {@link dev.understudy.source.SourceDatabase}.
@NullMarked
package dev.understudy.source;

import org.jspecify.annotations.NullMarked;
