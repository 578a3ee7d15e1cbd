/// The structure of a database as all engines share it: tables, columns, types and keys. Read from
/// a catalog, never changed. Start at {@link dev.understudy.schema.Database}.
@NullMarked
package dev.understudy.schema;

import org.jspecify.annotations.NullMarked;
