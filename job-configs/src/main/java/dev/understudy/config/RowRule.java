package dev.understudy.config;

import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which rows of some tables come: those that are in the window and meet the condition, as far as
/// there are any.
public record RowRule(TablePattern tables, Optional<Window> window, Optional<Condition> condition) {
    /// A stretch of time before a run.
    ///
    /// @param columns with dates or timestamps, one of which must be in it
    /// @param within how far back it reaches, in whole days
    /// @param kept days whose rows come although they are older
    public record Window(
            List<String> columns, Period within, Set<CalendarDay> kept, Location where) {
        public Window {
            columns = List.copyOf(columns);
            kept = Set.copyOf(kept);
        }
    }

    /// A condition on a table's own columns.
    ///
    /// @param sql in the source's SQL
    public record Condition(String sql, Location where) {}

    /// Days on which software breaks, and which a window would lose.
    public enum CalendarDay {
        MONTH_ENDS("month-ends"),
        YEAR_ENDS("year-ends"),
        FEB_29("feb-29");

        private final String word;

        CalendarDay(String word) {
            this.word = word;
        }

        /// As configs write it.
        public String word() {
            return word;
        }
    }
}
