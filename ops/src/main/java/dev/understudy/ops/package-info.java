/// What people and monitors see of the runs: a read-only web interface with health and metrics.
///
/// Start at {@link dev.understudy.ops.OpsServer}. No JDBC: everything comes through {@link
/// dev.understudy.ops.RunsView}.
@NullMarked
package dev.understudy.ops;

import org.jspecify.annotations.NullMarked;
