package dev.understudy.source;

import dev.understudy.rows.RowColumn;
import java.util.List;
import java.util.stream.Stream;

/// Parts of a table's keys, so that two servers can compare their keys without sending them: equal
/// parts have as many keys with the same sum of 64-bit hashes, which may cover other values of
/// their rows, too.
public sealed interface KeyParts {
    /// The columns of the key.
    List<RowColumn> key();

    /// All keys, as one part. Not for sums.
    record All(List<RowColumn> key) implements KeyParts {
        public All {
            key = List.copyOf(key);
        }
    }

    /// Keys of any types, each in the part that the last bits of its hash name.
    ///
    /// @param values columns that the sums cover besides the key
    /// @param which parts are meant; empty for all of them
    record Hashed(List<RowColumn> key, List<RowColumn> values, int bits, List<Long> which)
            implements KeyParts {
        public Hashed {
            key = List.copyOf(key);
            values = List.copyOf(values);
            which = List.copyOf(which);
        }
    }

    /// Keys that are one whole number, in intervals: a server finds each of them through its index.
    ///
    /// @param intervals in their order, apart from one another; each is a part, numbered from 0
    record Intervals(RowColumn column, List<Interval> intervals) implements KeyParts {
        public Intervals {
            intervals = List.copyOf(intervals);
        }

        @Override
        public List<RowColumn> key() {
            return List.of(column);
        }
    }

    /// Whole numbers from the first to the last, both included.
    record Interval(long first, long last) {}

    /// The keys of one part.
    ///
    /// @param hash the sum of the keys' hashes, as digits
    record Sum(long part, long keys, String hash) {}

    /// The columns that sums cover besides the key.
    default List<RowColumn> values() {
        return List.of();
    }

    /// All columns that sums cover, the key's first.
    default List<RowColumn> summed() {
        return Stream.concat(key().stream(), values().stream()).toList();
    }

    /// Whether a key is one whole number.
    static boolean isWhole(List<RowColumn> key) {
        return key.size() == 1
                && switch (key.getFirst().type().underlying().name()) {
                    case "int2", "int4", "int8" -> true;
                    default -> false;
                };
    }
}
