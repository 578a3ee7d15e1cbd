package dev.understudy.config;

import java.util.Optional;

/// Where the masked Parquet goes.
///
/// @param uri `s3://bucket/prefix`, or a directory
/// @param compression zstd, snappy or none
/// @param endpoint of an S3 server other than Amazon's
/// @param region of the bucket; empty for the environment's
/// @param accessKey empty for the environment's credentials
/// @param pathStyle whether the bucket stands in the path and not in the host name
public record LakeConfig(
        String uri,
        Compression compression,
        Optional<String> endpoint,
        Optional<String> region,
        Optional<Secret> accessKey,
        Optional<Secret> secretKey,
        boolean pathStyle,
        Location where) {

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
