package dev.understudy.twin;

import dev.understudy.schema.TableName;

/// Why a twin of another engine than its source's cannot hold a table.
///
/// @param message which part of it, and what is in the way
public record NotHeld(TableName table, String message) {}
