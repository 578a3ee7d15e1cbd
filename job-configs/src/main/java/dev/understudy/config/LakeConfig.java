package dev.understudy.config;

import java.util.List;
import java.util.Optional;

/// Where the masked Parquet goes.
///
/// @param uri `s3://bucket/prefix`, or a directory
/// @param compression zstd, snappy or none
/// @param endpoint of an S3 server other than Amazon's
/// @param region of the bucket; empty for the environment's
/// @param accessKey empty for the environment's credentials
/// @param pathStyle whether the bucket stands in the path and not in the host name
/// @param compactAt how many rows a table's changes may have, in percent of its base's, before a
///   delta writes a new base instead
/// @param text columns that are stored as text, whatever their type
public record LakeConfig(
        String uri,
        Compression compression,
        Optional<String> endpoint,
        Optional<String> region,
        Optional<Secret> accessKey,
        Optional<Secret> secretKey,
        boolean pathStyle,
        int compactAt,
        List<ColumnPattern> text,
        Location where) {
    public LakeConfig {
        text = List.copyOf(text);
    }

    /// Codecs that every reader of Parquet knows.
    public enum Compression {
        ZSTD,
        SNAPPY,
        NONE
    }

    /// Leaves everything out that may come from the environment.
    @Override
    public String toString() {
        return "LakeConfig[" + where.path() + "]";
    }
}
