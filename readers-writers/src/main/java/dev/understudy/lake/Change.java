package dev.understudy.lake;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What the rows of a change part say of the rows that have their keys: behind a row's own columns
/// stand `_op`, `_run` and `_at`, the same in all rows of a part.
///
/// @param op what has become of the rows
/// @param run that found it
/// @param at the moment that the rows are of, in whole microseconds; later changes of a key count
///   more
public record Change(Op op, String run, Instant at) {
    static final String OP = "_op";
    static final String RUN = "_run";
    static final String AT = "_at";
    private static final Set<String> NAMES = Set.of(OP, RUN, AT);

    /// What has become of a row.
    public enum Op {
        /// It is there, and these are its values: `u`.
        UPSERT("u"),
        /// It is gone; only its key is there, the rest is NULL: `d`.
        DELETE("d");

        private final String letter;

        Op(String letter) {
            this.letter = letter;
        }

        String letter() {
            return letter;
        }
    }

    public Change {
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(run, "run");
        at = at.truncatedTo(ChronoUnit.MICROS);
    }

    /// A column whose name one of the three would take; many readers do not tell capital letters.
    /// Tables that have one cannot have change parts.
    public static Optional<String> clash(Collection<String> columns) {
        return columns.stream()
                .filter(each -> NAMES.contains(each.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
