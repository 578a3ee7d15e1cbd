/// MySQL and MariaDB as a source: what a database holds, one point in time over many sessions, and
/// how rows become batches. Start at {@link dev.understudy.mysql.MySqlSessions}.
@NullMarked
package dev.understudy.mysql;

import org.jspecify.annotations.NullMarked;
