package dev.understudy.config;

/// A concern that somebody knows of and accepts.
///
/// @param columns whose concern it is
/// @param reason why, for whoever reviews the config or the report
public record Acknowledgement(Concern concern, ColumnPattern columns, String reason) {}
