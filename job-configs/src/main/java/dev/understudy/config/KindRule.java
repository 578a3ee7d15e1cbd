package dev.understudy.config;

/// What the config says that columns are of.
public record KindRule(ColumnPattern columns, PersonalKind kind) {}
