/// A run's report as JSON, as HTML and as sentences, the same for the terminal and the web.
///
/// Start at {@link dev.understudy.ops.report.HtmlReport} and {@link
/// dev.understudy.ops.report.RunJson}.
@NullMarked
package dev.understudy.ops.report;

import org.jspecify.annotations.NullMarked;
