/// PostgreSQL: what a database holds ({@link dev.understudy.postgres.PostgresCatalog}), how its
/// structure is made again ({@link dev.understudy.postgres.PostgresStructure}), and how rows leave
/// and enter it. Start at {@link dev.understudy.postgres.PostgresCatalog}.
@NullMarked
package dev.understudy.postgres;

import org.jspecify.annotations.NullMarked;
