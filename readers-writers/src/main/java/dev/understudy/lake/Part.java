package dev.understudy.lake;

import java.util.Objects;

/// A finished Parquet file of the lake.
///
/// @param key in the {@link ObjectStore}
/// @param rows in it
/// @param bytes of the file
/// @param sha256 of the file, as lower-case hexadecimal digits
public record Part(String key, long rows, long bytes, String sha256) {
    public Part {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(sha256, "sha256");
        if (rows < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    key + ": " + rows + " rows in " + bytes + " bytes cannot be");
        }
    }
}
