package dev.understudy.masking;

import dev.understudy.masking.InnerRules.Names;

/// Masks the values of `hstore` by their keys. One that has a value without a rule where that is
/// refused becomes empty.
///
/// Source of the form: `hstore_send` of PostgreSQL's contrib.
final class HstoreMasker extends SplicingMasker {
    private static final byte[] EMPTY = new byte[4];

    private final NamedLeaves rules;
    private final Names names;
    private final Leaf name;

    /// @param rule with rules by key in `keys`, and perhaps `unlisted` and `names`
    HstoreMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys) {
        super(column, Declarations.fixed(EMPTY), rule, keys);
        rules = new NamedLeaves(InnerRules.of(rule, "keys"), this);
        names = InnerRules.names(rule);
        name = leaf(MaskingRule.of("text-scramble"), "");
    }

    @Override
    boolean walk(byte[] bytes, int start, int end) {
        int at = start + 4;
        for (int left = (int) Bytes.INT.get(bytes, start); left > 0; left--) {
            int length = (int) Bytes.INT.get(bytes, at);
            Leaf rule = rules.of(bytes, at + 4, length);
            if (!names.keep(bytes, at + 4, length)) {
                inner(name, at, at + 4 + length);
            }
            at += 4 + length;
            int size = 4 + Math.max(0, (int) Bytes.INT.get(bytes, at));
            if ((int) Bytes.INT.get(bytes, at) >= 0 && !inner(rule, at, at + size)) {
                return false;
            }
            at += size;
        }
        return true;
    }

    @Override
    boolean read(byte[] bytes, int from, int to, MaskedValues value) {
        value.put(bytes, from + 4, to - from - 4);
        return true;
    }

    @Override
    void write(byte[] value, int start, int length, MaskedValues document) {
        document.putInt(length);
        document.put(value, start, Math.max(0, length));
    }
}
