/// The twin that a run loads, whatever its engine: its databases ({@link
/// dev.understudy.twin.TwinDatabase}), the one that is being loaded ({@link
/// dev.understudy.twin.LoadingTwin}), and what its structure is made from ({@link
/// dev.understudy.twin.Blueprint}). Start at {@link dev.understudy.twin.TwinDatabase}.
@NullMarked
package dev.understudy.twin;

import org.jspecify.annotations.NullMarked;
