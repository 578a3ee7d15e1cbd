/// Rows on their way from a source to its outputs: bytes in PostgreSQL's binary COPY form, many at
/// a time.
///
/// Start at {@link dev.understudy.rows.RowBatch}. Nothing here knows a database.
@NullMarked
package dev.understudy.rows;

import org.jspecify.annotations.NullMarked;
