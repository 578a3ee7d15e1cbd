package dev.understudy.jobs.plan;

import dev.understudy.config.Location;
import dev.understudy.config.PersonalKind;
import dev.understudy.config.Profile;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskingRule;
import dev.understudy.schema.Column;
import dev.understudy.schema.ForeignKey;
import dev.understudy.schema.TableName;

/// What happens to a column, and why.
///
/// @param profile what the masker is bound to
/// @param rule the rule that applies
/// @param origin who decided
public record Decision(Column column, ColumnProfile profile, MaskingRule rule, Origin origin) {

    /// Whether the value travels as it is.
    public boolean kept() {
        return rule.masker().equals("keep");
    }

    /// Who decided, for people: `*.email, line 12`.
    public String decidedBy() {
        return describe(origin);
    }

    static String describe(Origin origin) {
        return switch (origin) {
            case Origin.Rule(String pattern, Location where) ->
                    "%s, line %d".formatted(pattern, where.line());
            case Origin.Referenced(ForeignKey key, TableName table, String column) ->
                    "%s %s.%s".formatted(isAlike(key) ? "like" : "references", table, column)
                            + (key.declared() ? "" : " as the config says");
            case Origin.Parent(TableName table) -> "as in " + table;
            case Origin.ByType() -> "by its type";
            case Origin.ByProfile(Profile profile, PersonalKind kind) ->
                    "%s, as %s".formatted(profile.word(), kind.word());
        };
    }

    private static boolean isAlike(ForeignKey key) {
        return !key.declared() && !key.name().contains("->");
    }

    /// Who decided about a column.
    public sealed interface Origin {
        /// A rule of the config.
        record Rule(String pattern, Location where) implements Origin {}

        /// The column that it references, and whose rule it follows.
        record Referenced(ForeignKey key, TableName table, String column) implements Origin {}

        /// The parent table's column: partitions and inherited columns follow it.
        record Parent(TableName table) implements Origin {}

        /// `unlisted: mask`.
        record ByType() implements Origin {}

        /// A profile, which took the column to be of a kind.
        record ByProfile(Profile profile, PersonalKind kind) implements Origin {}
    }
}
