package dev.understudy.config;

/// A place in a config file.
///
/// @param line from 1
/// @param column from 1
/// @param path in the document: `columns.public.customer.email`
public record Location(int line, int column, String path) {}
