/// What every masker of the catalogue costs a value: nanoseconds and allocated bytes, by JMH.
/// Run by hand, see `benchmarks/README.md`. Read {@link
/// dev.understudy.benchmarks.masking.Trials} first: what is masked, and what is aimed at.
@NullMarked
package dev.understudy.benchmarks.masking;

import org.jspecify.annotations.NullMarked;
