package dev.understudy.lake;

import java.util.Optional;
import java.util.Set;

/// How a {@link PartWriter} writes.
///
/// @param compression of the pages
/// @param rowGroupBytes what a row group may take, compressed, before it is written: the memory
///   that an open writer needs, for it holds one row group; larger groups read and compress a
///   little better
/// @param textColumns stored as PostgreSQL's text though they have a better type: the way out for
///   arrays of several dimensions and for numeric(p, s) columns with NaN
/// @param bloomColumns that get Bloom filters, such as keys in no order
/// @param change of a change part; empty for a part of a base
public record PartOptions(
        Compression compression,
        long rowGroupBytes,
        Set<String> textColumns,
        Set<String> bloomColumns,
        Optional<Change> change) {

    /// zstd, row groups of 8 MB: several writers can be open under -Xmx256m.
    public static final PartOptions DEFAULT =
            new PartOptions(Compression.ZSTD, 8 << 20, Set.of(), Set.of(), Optional.empty());

    /// Codecs that every reader of Parquet knows.
    public enum Compression {
        ZSTD,
        SNAPPY,
        NONE
    }

    public PartOptions {
        textColumns = Set.copyOf(textColumns);
        bloomColumns = Set.copyOf(bloomColumns);
        if (rowGroupBytes < 1 << 16) {
            throw new IllegalArgumentException(
                    "rowGroupBytes must be at least 65,536 but was " + rowGroupBytes);
        }
    }

    public PartOptions withCompression(Compression next) {
        return new PartOptions(next, rowGroupBytes, textColumns, bloomColumns, change);
    }

    public PartOptions withRowGroupBytes(long next) {
        return new PartOptions(compression, next, textColumns, bloomColumns, change);
    }

    public PartOptions withTextColumns(Set<String> next) {
        return new PartOptions(compression, rowGroupBytes, next, bloomColumns, change);
    }

    public PartOptions withBloomColumns(Set<String> next) {
        return new PartOptions(compression, rowGroupBytes, textColumns, next, change);
    }

    public PartOptions withChange(Change next) {
        return new PartOptions(
                compression, rowGroupBytes, textColumns, bloomColumns, Optional.of(next));
    }
}
