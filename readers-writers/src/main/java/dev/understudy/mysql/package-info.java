/// MySQL and MariaDB: what a database holds, one point in time over many sessions, how rows become
/// batches, and how they enter a twin. Start at {@link dev.understudy.mysql.MySqlSource} to read,
/// and at {@link dev.understudy.mysql.MySqlTwin} to write.
@NullMarked
package dev.understudy.mysql;

import org.jspecify.annotations.NullMarked;
