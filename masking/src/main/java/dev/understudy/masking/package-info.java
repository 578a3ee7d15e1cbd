/// Masks the values of one column of one batch, as a pure function of (key, domain, value).
///
/// Start at {@link dev.understudy.masking.Maskers}, the catalogue; a rule of it is bound to a
/// column once ({@link dev.understudy.masking.MaskerDefinition#bind}) and then runs over batches
/// ({@link dev.understudy.masking.ColumnMasker}). Knows neither rows, nor JDBC, nor Spring.
@NullMarked
package dev.understudy.masking;

import org.jspecify.annotations.NullMarked;
