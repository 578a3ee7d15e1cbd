package dev.understudy.twin;

/// A statement of the structure and what names it in the ledger, the same in every execution.
public record StructureStep(String id, StructureStatement statement) {}
