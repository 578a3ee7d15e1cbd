package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.twin.StructurePart;
import dev.understudy.twin.StructureStatement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An object of a structure, with what it needs.
final class StructureNode {
    /// What an object is; earlier ones come first where nothing else decides.
    enum Kind {
        SCHEMA("schema", Phase.BEFORE_ROWS),
        EXTENSION("extension", Phase.BEFORE_ROWS),
        COLLATION("collation", Phase.BEFORE_ROWS),
        TYPE("type", Phase.BEFORE_ROWS),
        DICTIONARY("text search dictionary", Phase.BEFORE_ROWS),
        SEARCH("text search configuration", Phase.BEFORE_ROWS),
        DOMAIN_CHECK("domain constraint", Phase.BEFORE_ROWS),
        FUNCTION("function", Phase.FUNCTION),
        AGGREGATE("aggregate", Phase.FUNCTION),
        OPERATOR("operator", Phase.FUNCTION),
        CAST("cast", Phase.FUNCTION),
        SEQUENCE("sequence", Phase.BEFORE_ROWS),
        TABLE("table", Phase.BEFORE_ROWS),
        DEFAULT("default", Phase.BEFORE_ROWS),
        CHECK("check constraint", Phase.BEFORE_ROWS),
        PARTITION("partition", Phase.BEFORE_ROWS),
        OWNED_SEQUENCE("owned sequence", Phase.BEFORE_ROWS),
        CONSTRAINT("constraint", Phase.AFTER_ROWS),
        INDEX("index", Phase.AFTER_ROWS),
        STATISTICS("statistics object", Phase.AFTER_ROWS),
        TABLE_SETTING("table setting", Phase.AFTER_ROWS),
        INDEX_PARTITION("index partition", Phase.AFTER_ALL_ROWS),
        LATE_CONSTRAINT("constraint", Phase.AFTER_ALL_ROWS),
        VALIDATION("constraint", Phase.AFTER_ALL_ROWS),
        VIEW_SHAPE("view", Phase.AFTER_ALL_ROWS),
        VIEW("view", Phase.AFTER_ALL_ROWS),
        MATERIALIZED_VIEW("materialized view", Phase.AFTER_ALL_ROWS),
        VIEW_INDEX("index", Phase.AFTER_ALL_ROWS),
        FOREIGN_KEY("foreign key", Phase.AFTER_ALL_ROWS),
        REFRESH("materialized view", Phase.AFTER_ALL_ROWS),
        RULE("rule", Phase.AFTER_ALL_ROWS),
        TRIGGER("trigger", Phase.AFTER_ALL_ROWS),
        POLICY("policy", Phase.AFTER_ALL_ROWS),
        SEQUENCE_VALUE(StructureStatement.NEXT_NUMBER, Phase.AFTER_ALL_ROWS),
        COMMENT("comment", Phase.AFTER_ALL_ROWS),
        OTHER("object", Phase.AFTER_ALL_ROWS),
        ROW_SECURITY(StructureStatement.ROW_SECURITY, Phase.AFTER_ALL_ROWS);

        final String title;
        final Phase phase;

        Kind(String title, Phase phase) {
            this.title = title;
            this.phase = phase;
        }

        /// Whether it is a table or like one.
        boolean isRelation() {
            return this == TABLE || this == VIEW || this == MATERIALIZED_VIEW;
        }

        /// Whether it says something about another object and is nothing without it.
        boolean isAttachment() {
            return switch (this) {
                case COMMENT, SEQUENCE_VALUE, OWNED_SEQUENCE, REFRESH, INDEX_PARTITION -> true;
                default -> false;
            };
        }
    }

    /// When an object is made. Functions come before the rows if they can, because indexes, checks
    /// and defaults may call them through others that no dependency tells of.
    enum Phase {
        BEFORE_ROWS,
        FUNCTION,
        AFTER_ROWS,
        AFTER_ALL_ROWS
    }

    final Kind kind;
    final String name;
    final @Nullable TableName table;
    final Set<StructureNode> needs = new LinkedHashSet<>();

    /// For a view: what its columns' types need.
    final Set<StructureNode> shapeNeeds = new LinkedHashSet<>();

    /// What it is a part of, where it can be made with it or on its own: a default, a check.
    @Nullable StructureNode owner;

    boolean apart;

    /// Whether it is a table that needs no other table.
    boolean alone;

    /// What kind of object it is, for people.
    String word;

    /// For a sequence: the table with which it goes.
    @Nullable StructureNode ownedBy;

    /// For a view: whether it selects from itself, which no query can use, but which may be there.
    boolean needsItself;

    /// For a view: how to make it first with its columns only, so that others can name it.
    @Nullable Supplier<List<String>> shapeSql;

    Phase phase;
    Supplier<List<String>> sql;

    /// For a table: what its definition consists of.
    Supplier<List<StructurePart>> parts = List::of;

    /// What the catalog knows it by; null if it is no object of its own.
    StructureObjects.@Nullable Id id;

    /// For what is no object of its own: how to take it back; null if it goes with something else.
    @Nullable String undo;

    /// Why it is not carried; null while it is.
    @Nullable String refusal;

    /// Whether nobody needs to be told that it is not carried.
    boolean silent;

    StructureNode(Kind kind, String name, @Nullable TableName table, Supplier<List<String>> sql) {
        this.kind = kind;
        this.word = kind.title;
        this.name = name;
        this.table = table;
        this.sql = sql;
        this.phase = kind.phase;
    }

    String title() {
        return word + " " + name;
    }

    /// The node in whose statements this one is made.
    StructureNode made() {
        return owner == null || apart ? this : owner;
    }

    @Override
    public String toString() {
        return title();
    }
}
