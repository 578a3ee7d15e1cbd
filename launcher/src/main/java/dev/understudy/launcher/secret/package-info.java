/// Secrets that the program makes, and the files that hold them.
///
/// Read {@link dev.understudy.launcher.secret.SecretFile}, which is all there is.
@NullMarked
package dev.understudy.launcher.secret;

import org.jspecify.annotations.NullMarked;
