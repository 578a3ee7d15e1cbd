/// Everything that is drawn in a terminal: the live progress, reports, plans, problems.
///
/// Start at {@link dev.understudy.launcher.terminal.Terminal}. Texts are made by pure functions;
/// only a display draws.
@NullMarked
package dev.understudy.launcher.terminal;

import org.jspecify.annotations.NullMarked;
