package dev.understudy.jobs.copy;

import dev.understudy.rows.KeyRange;
import dev.understudy.schema.TableName;

/// A key range of a table that is read at one go.
///
/// @param ordered whether it is read in key order, so that checkpoints may lie within it; otherwise
///   it is one transaction
public record Piece(TableName table, KeyRange range, boolean ordered) {}
