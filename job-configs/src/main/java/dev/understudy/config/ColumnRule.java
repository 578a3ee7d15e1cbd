package dev.understudy.config;

import dev.understudy.masking.MaskingRule;
import java.util.Optional;

/// A pattern of columns and the rule for them.
///
/// A pattern is `schema.table.column`, where `*` in a part stands for any run of characters, also
/// of none. `table.column` is for any schema, `column` alone for any table; so `*.*_id` is every
/// column that ends in `_id`. Case counts. A part in double quotes is taken as it stands:
/// `public."odd.name".email`. `source:` before the pattern names one of several sources; without it
/// all of them are meant.
///
/// **The most specific rule wins.** The column parts of two patterns are compared first, then the
/// table parts, then the schema parts, then whether a source is named; the first difference
/// decides:
///
/// 1. a part without `*` is more specific than one with `*`;
/// 2. of two with `*`, the one with more other characters is;
/// 3. of two with as many, the one with fewer `*` is.
///
/// So `public.customer.email` wins over `public.*.email`, that over `*.email`, and that over
/// `public.customer.*`: what a column is called says more about its values than the table it is in,
/// and a broad `keep` of a table cannot undo a rule for e-mails. Two different patterns can still
/// be equally specific and match one column (`a*` and `*a`); neither wins then, and rules that
/// disagree there are an error for whoever binds them.
///
/// @param group what the rule was written out from; empty for one that the config gives as it is
public record ColumnRule(
        NamePattern name, MaskingRule rule, Location where, Optional<Group> group) {
    static final String FORM = "schema.table.column";

    /// @throws IllegalArgumentException if the pattern is malformed
    public ColumnRule(String pattern, MaskingRule rule, Location where) {
        this(NamePattern.parse(pattern, FORM), rule, where);
    }

    ColumnRule(NamePattern name, MaskingRule rule, Location where) {
        this(name, rule, where, Optional.empty());
    }

    /// A group of columns that are masked so that they fit together. Its rules win over those of
    /// `columns`, and one for the same column itself is an error.
    ///
    /// @param kind `place`, `person` or `span`
    /// @param table its pattern of tables
    /// @param yields whether instead every rule of `columns` wins: of a column that the others
    ///   follow, whoever decides about it
    public record Group(String kind, String table, boolean yields) {}

    /// Whether it is a group's rule that no other may contradict.
    public boolean isMember() {
        return group.isPresent() && !group.get().yields();
    }

    /// The pattern for people, or the group: `place of public.address`.
    public String shown() {
        return group.map(each -> each.kind() + " of " + each.table()).orElse(pattern());
    }

    /// The pattern as the file has it.
    public String pattern() {
        return name.text();
    }

    /// Whether it matches this column.
    public boolean matches(String source, String schema, String table, String column) {
        return name.matches(source, schema, table, column);
    }

    /// Positive if this rule is more specific than the other, negative if it is less, zero if
    /// neither wins.
    public int compareSpecificity(ColumnRule other) {
        return Integer.compare(specificity(), other.specificity());
    }

    /// Of two rules, the one with the greater number wins; see {@link #compareSpecificity}. The
    /// number itself means nothing.
    public int specificity() {
        return name.specificity();
    }
}
