package dev.understudy.masking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Masks values that hold other values: goes through each of them to gather those inside, masks all
/// of a batch rule by rule, and goes through each again to put the results in their places.
abstract class DocumentMasker implements ColumnMasker {
    private final String path;
    private final MaskingKeys keys;
    private final int longest;
    private final List<Leaf> leaves = new ArrayList<>();
    private final Leaf misfits;
    private final @Nullable Leaf unlisted;
    private final ColumnValues one = new ColumnValues();
    private boolean[] fits = new boolean[0];

    /// @param misfits masks what is no such document, or becomes too long for the column
    /// @param rule may say what happens to the values inside that it has no rule for: `unlisted`
    DocumentMasker(ColumnProfile column, ColumnMasker misfits, MaskingRule rule, MaskingKeys keys) {
        this.path = column.path();
        this.keys = keys;
        longest = Declarations.longest(column);
        this.misfits = Leaf.of(misfits);
        leaves.add(this.misfits);
        unlisted =
                switch (InnerRules.unlisted(rule)) {
                    case MASK -> leaf(MaskingRule.of("text-scramble"), "");
                    case KEEP -> leaf(MaskingRule.of("keep"), "");
                    case REFUSE -> null;
                };
    }

    /// The values inside under a rule.
    ///
    /// @param name where they are in the document, for messages
    final Leaf leaf(MaskingRule rule, String name) {
        Leaf leaf = Leaf.of(rule, name.isEmpty() ? path : path + " " + name, keys);
        leaves.add(leaf);
        return leaf;
    }

    /// The values that no rule is for; null if a document that has one is none.
    final @Nullable Leaf unlisted() {
        return unlisted;
    }

    /// Gathers the values inside of a document; false if it is none, whatever was gathered.
    abstract boolean gather(byte[] bytes, int start, int length);

    /// Appends a document with results in the places of what was gathered.
    abstract void rewrite(byte[] bytes, int start, int length, MaskedValues out);

    @Override
    public final void mask(ColumnValues in, MaskedValues out) {
        leaves.forEach(Leaf::reset);
        if (fits.length < in.count()) {
            fits = new boolean[in.count()];
        }
        for (int i = 0; i < in.count(); i++) {
            fits[i] = in.isNull(i) || gatherWhole(in.bytes(), in.start(i), in.length(i));
        }
        for (Leaf leaf : leaves) {
            leaf.mask(out);
        }
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else if (fits[i]) {
                int before = out.count();
                rewrite(in.bytes(), in.start(i), in.length(i), out);
                if (isTooLong(out, before)) {
                    out.truncate(before);
                    one.reset(in.bytes(), 1);
                    one.add(in.start(i), in.length(i));
                    misfits.mask(one, out);
                    out.countUnfit();
                }
            } else {
                out.append(misfits.masked(), misfits.take());
                out.countUnfit();
            }
        }
    }

    private boolean gatherWhole(byte[] bytes, int start, int length) {
        leaves.forEach(Leaf::mark);
        if (gather(bytes, start, length)) {
            return true;
        }
        leaves.forEach(Leaf::backToMark);
        misfits.gathered().append(bytes, start, length);
        return false;
    }

    private boolean isTooLong(MaskedValues out, int index) {
        int length = out.length(index);
        return length > longest
                && Bytes.characters(out.bytes(), out.start(index), length) > longest;
    }
}
