package dev.understudy.source;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks the source's server whether values that nobody has pass a check; touches no table.
public interface CheckProbe {
    /// For each value whether the expression holds for it, null where it is unknown, which a check
    /// lets pass; empty if the server cannot tell, for example because the expression fails.
    Optional<List<@Nullable Boolean>> holds(Question question);

    /// An expression and values to try it on.
    ///
    /// @param table the name that the expression may call its row
    /// @param column the name that the expression calls the value
    /// @param sqlType of the value
    /// @param values as text, null for NULL
    record Question(
            String table,
            String column,
            String sqlType,
            String expression,
            List<@Nullable String> values) {}
}
