/// The lake: masked rows as Parquet in an S3 bucket or a directory, published version by version.
///
/// Start at {@link dev.understudy.lake.PartWriter} for the way of a row into a file, and at {@link
/// dev.understudy.lake.LakeCatalog} for how files become visible. `docs/reference/lake-types.md`
/// says which type becomes which.
@NullMarked
package dev.understudy.lake;

import org.jspecify.annotations.NullMarked;
