package dev.understudy.masking;

import java.util.Set;

/// The values inside of a column's values that stand under one rule: gathered over a batch, masked
/// at once, and taken in the order in which they were gathered.
final class Leaf {
    private final ColumnMasker masker;
    private final boolean keeps;
    private final MaskedValues gathered = new MaskedValues();
    private final ColumnValues view = new ColumnValues();
    private final MaskedValues masked = new MaskedValues();
    private int mark;
    private int next;

    private Leaf(ColumnMasker masker, boolean keeps) {
        this.masker = masker;
        this.keeps = keeps;
    }

    /// Values that a masker takes as they are.
    static Leaf of(ColumnMasker masker) {
        return new Leaf(masker, false);
    }

    /// Texts under a rule, or the dates that are written in them.
    ///
    /// @param path where they are, for messages
    static Leaf of(MaskingRule rule, String path, MaskingKeys keys) {
        MaskerDefinition definition =
                Maskers.named(rule.masker())
                        .orElseThrow(() ->
                                new MaskingRefused(path + ": there is no masker " + rule.masker()));
        if (definition.forms().contains(ValueForm.TEXT)) {
            ColumnProfile text = ColumnProfile.of(path, "text", ValueForm.TEXT);
            return new Leaf(definition.bind(rule, text, keys), rule.masker().equals("keep"));
        }
        ColumnProfile date = ColumnProfile.of(path, "date", ValueForm.DATE);
        ColumnProfile timestamp = ColumnProfile.of(path, "timestamp", ValueForm.TIMESTAMP);
        return of(
                new IsoDateMasker(
                        definition.bind(rule, date, keys),
                        definition.bind(rule, timestamp, keys),
                        new ScrambleMasker(keys, rule.domain().orElse(rule.masker()))));
    }

    /// Whether a masker takes texts, or dates, which may be written in one.
    static boolean takes(MaskerDefinition masker) {
        return masker.forms().contains(ValueForm.TEXT)
                || masker.forms().containsAll(Set.of(ValueForm.DATE, ValueForm.TIMESTAMP));
    }

    /// Whether the values stay, and need not be gathered.
    boolean keeps() {
        return keeps;
    }

    void reset() {
        gathered.resetAndTrim();
        masked.resetAndTrim();
        next = 0;
    }

    /// Remembers how many values are gathered, to go back to.
    void mark() {
        mark = gathered.count();
    }

    void backToMark() {
        gathered.dropParts();
        gathered.truncate(mark);
    }

    /// Where to put the next value.
    MaskedValues gathered() {
        return gathered;
    }

    /// Masks what was gathered.
    ///
    /// @param out counts the values that do not fit
    void mask(MaskedValues out) {
        masker.mask(gathered.view(view), masked);
        for (long unfit = masked.takeUnfit(); unfit > 0; unfit--) {
            out.countUnfit();
        }
    }

    /// Masks one value by itself.
    void mask(ColumnValues one, MaskedValues out) {
        masker.mask(one, out);
    }

    /// The results, in the order in which the values were gathered.
    MaskedValues masked() {
        return masked;
    }

    /// The place of the next result among them.
    int take() {
        return next++;
    }
}
