package dev.understudy.source;

/// What a database's own statistics say of a column's values.
///
/// @param distinct how many different ones there are, if that is a fixed number; 0 if it grows with
///   the rows or is not known
/// @param largestShare of the rows that have the most frequent one, 0 to 1; 0 if it is not known
public record ColumnStatistics(double distinct, double largestShare) {
    public static final ColumnStatistics UNKNOWN = new ColumnStatistics(0, 0);
}
