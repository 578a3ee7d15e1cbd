package dev.understudy.masking;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Masks the attributes of composite values, each by its own rule, all of a batch at once.
///
/// Source of the form: `record_send` of PostgreSQL.
final class CompositeMasker implements ColumnMasker {
    private final ColumnMasker[] maskers;
    private final ColumnValues[] values;
    private final MaskedValues[] masked;

    /// @param rule with rules by name in `attributes`, and perhaps `unlisted`
    CompositeMasker(ColumnProfile column, MaskingRule rule, MaskingKeys keys) {
        Map<String, MaskingRule> rules = InnerRules.of(rule, "attributes");
        List<ColumnProfile.Attribute> attributes = column.attributes();
        refuseUnknown(rules, column);
        maskers =
                attributes.stream()
                        .map(each -> bind(each, rules, rule, keys))
                        .toArray(ColumnMasker[]::new);
        values =
                IntStream.range(0, maskers.length)
                        .mapToObj(i -> new ColumnValues())
                        .toArray(ColumnValues[]::new);
        masked =
                IntStream.range(0, maskers.length)
                        .mapToObj(i -> new MaskedValues())
                        .toArray(MaskedValues[]::new);
    }

    private static void refuseUnknown(Map<String, MaskingRule> rules, ColumnProfile column) {
        List<String> names =
                column.attributes().stream().map(ColumnProfile.Attribute::name).toList();
        for (String each : rules.keySet()) {
            if (!names.contains(each)) {
                throw new MaskingRefused(
                        "%s: rule composite names the attribute %s, which %s has not; %s"
                                .formatted(
                                        column.path(),
                                        each,
                                        column.sqlType(),
                                        Maskers.suggestion(each, names)));
            }
        }
    }

    private static ColumnMasker bind(
            ColumnProfile.Attribute attribute,
            Map<String, MaskingRule> rules,
            MaskingRule rule,
            MaskingKeys keys) {
        ColumnProfile value = attribute.value();
        MaskingRule own = rules.get(attribute.name());
        if (own == null) {
            own =
                    switch (InnerRules.unlisted(rule)) {
                        case MASK -> Maskers.byType(value);
                        case KEEP -> MaskingRule.of("keep");
                        case REFUSE ->
                                throw new MaskingRefused(
                                        "%s: no rule is for this attribute, and unlisted is refuse; give it one"
                                                .formatted(value.path()));
                    };
        }
        String masker = own.masker();
        return Maskers.named(masker)
                .orElseThrow(
                        () -> new MaskingRefused(value.path() + ": there is no masker " + masker))
                .bind(own, value, keys);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        for (ColumnValues each : values) {
            each.reset(in.bytes(), in.count());
        }
        for (int i = 0; i < in.count(); i++) {
            if (!in.isNull(i)) {
                gather(in.bytes(), in.start(i), in.start(i) + in.length(i));
            }
        }
        for (int k = 0; k < maskers.length; k++) {
            masked[k].resetAndTrim();
            maskers[k].mask(values[k], masked[k]);
            for (long unfit = masked[k].takeUnfit(); unfit > 0; unfit--) {
                out.countUnfit();
            }
        }
        int next = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else {
                write(in.bytes(), next++, out);
            }
        }
    }

    private void gather(byte[] bytes, int start, int end) {
        int count = (int) Bytes.INT.get(bytes, start);
        int at = start + 4;
        for (int k = 0; k < maskers.length && count == maskers.length; k++) {
            int length = (int) Bytes.INT.get(bytes, at + 4);
            values[k].add(at + 8, length);
            at += 8 + Math.max(0, length);
        }
        if (at != end) {
            throw new IllegalStateException(
                    "a composite value has other attributes than its type had; run again");
        }
    }

    private void write(byte[] bytes, int index, MaskedValues out) {
        out.putInt(maskers.length);
        for (int k = 0; k < maskers.length; k++) {
            int length = masked[k].length(index);
            out.put(bytes, values[k].start(index) - 8, 4);
            out.putInt(length);
            out.put(masked[k].bytes(), masked[k].start(index), Math.max(0, length));
        }
        out.commitParts();
    }
}
