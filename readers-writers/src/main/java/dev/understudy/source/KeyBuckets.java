package dev.understudy.source;

import dev.understudy.rows.RowColumn;
import java.util.List;

/// Divides a table's keys into buckets, so that two servers can compare their keys without sending
/// them: equal buckets have as many keys with the same sum of 64-bit hashes.
///
/// @param key its columns
/// @param bits of a whole number's bucket: keys that share all but their last bits; of any other
///   key's bucket: the last bits of its hash
public record KeyBuckets(List<RowColumn> key, int bits) {
    public KeyBuckets {
        key = List.copyOf(key);
    }

    /// The keys of one bucket.
    ///
    /// @param hash the sum of the keys' hashes, as digits
    public record Sum(long bucket, long keys, String hash) {}

    /// Whether the key is one whole number, so that neighbours share a bucket.
    public boolean whole() {
        return key.size() == 1
                && switch (key.getFirst().type().underlying().name()) {
                    case "int2", "int4", "int8" -> true;
                    default -> false;
                };
    }
}
