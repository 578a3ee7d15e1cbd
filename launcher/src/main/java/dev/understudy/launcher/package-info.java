/// The commands: what a person types, and what they get to see.
///
/// Start at {@link dev.understudy.launcher.Main}; everything a command asks of the product goes
/// through {@link dev.understudy.launcher.Product}.
@NullMarked
package dev.understudy.launcher;

import org.jspecify.annotations.NullMarked;
