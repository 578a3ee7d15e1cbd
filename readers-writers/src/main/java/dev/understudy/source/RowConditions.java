package dev.understudy.source;

import dev.understudy.schema.Check;
import dev.understudy.schema.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Writes conditions on a table's rows in a source's SQL, and asks its server about them.
/// Conditions name the columns of the table without a qualifier, so one may stand in another.
public interface RowConditions {
    /// Rows with a date on a day or later, rows without any date, and those with a date on days
    /// that are kept. Timestamps with a time zone are taken in UTC, all others as they stand.
    ///
    /// @param columns dates and timestamps; one is enough
    String since(List<String> columns, LocalDate first, Set<CalendarDay> kept);

    /// What {@link #since} keeps of the time before.
    enum CalendarDay {
        MONTH_END,
        YEAR_END,
        FEB_29
    }

    /// Rows that meet their conditions, and those that chosen rows reference. References from a
    /// table to itself are followed to their end.
    ///
    /// @param key columns that tell the table's rows apart and are not NULL; empty if it has none,
    ///   then it cannot reference itself
    /// @param by references from chosen rows to these
    String referenced(Rows rows, List<String> key, List<Link> by);

    /// Whether the row is left out that a row references: false where it references none. Calls the
    /// row that references `own`.
    String leftOut(Link link);

    /// Why the server does not take something as a condition on a table's rows; empty if it does.
    /// Reads no row.
    Optional<String> refusal(TableName table, String condition);

    /// How many rows there are. Reads them.
    long count(Rows rows);

    /// How many rows would break a check of their table once columns of theirs are NULL. Reads
    /// them.
    ///
    /// @param nullIf conditions on a row called `own` by names of columns: where one holds, the
    ///   column becomes NULL
    long breaking(Rows rows, Check check, Map<String, String> nullIf);

    /// Rows of a table that meet all of some conditions.
    ///
    /// @param partitioned whether its partitions' rows are meant, not its own
    record Rows(TableName table, boolean partitioned, List<String> conditions) {
        public Rows {
            conditions = List.copyOf(conditions);
        }
    }

    /// A reference from rows of a table to chosen rows of another, or of the same.
    ///
    /// @param columns of the rows that reference
    /// @param referenced the columns that they reference, pairwise
    /// @param dangling whether there may be references to no row at all
    record Link(
            Rows from, List<String> columns, Rows to, List<String> referenced, boolean dangling) {
        public Link {
            columns = List.copyOf(columns);
            referenced = List.copyOf(referenced);
        }
    }
}
