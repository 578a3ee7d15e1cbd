package dev.understudy.source;

import dev.understudy.source.KeyParts.Sum;
import java.util.List;

/// Rows of one table that are counted and summed up together: as many rows with the same sum are
/// the same rows.
///
/// @param parts what the sum covers, as one part
/// @param conditions that rows must meet, which may call a row `own`
/// @param most so many rows are looked at, whichever they are
public record SummedRows(KeyParts.Hashed parts, List<String> conditions, long most) {
    /// The sum of no rows.
    public static final Sum NONE = new Sum(0, 0, "0");

    public SummedRows {
        conditions = List.copyOf(conditions);
        if (parts.bits() > 0 || !parts.which().isEmpty()) {
            throw new IllegalArgumentException("rows that are summed up together are one part");
        }
    }
}
