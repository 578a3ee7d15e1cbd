package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/// Masks each value by the rule that another column of its row decides.
final class CaseMasker extends RowAwareMasker {
    private final byte[][] cases;
    private final ColumnMasker[] maskers;
    private final Canonical canonical;
    private final boolean padded;
    private final ApartMasker apart;
    private int[] groups = new int[0];

    /// @param of the column that decides
    /// @param rules what is to be done for each of its values, which are compared in canonical form
    /// @param otherwise for every other value, and for none
    CaseMasker(
            ColumnProfile column,
            ColumnProfile of,
            Map<String, MaskingRule> rules,
            MaskingRule otherwise,
            MaskingKeys keys) {
        cases =
                rules.keySet().stream()
                        .map(each -> each.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
        maskers =
                Stream.concat(rules.values().stream(), Stream.of(otherwise))
                        .map(rule ->
                                Maskers.named(rule.masker()).orElseThrow().bind(rule, column, keys))
                        .toArray(ColumnMasker[]::new);
        canonical = new Canonical(of.form());
        padded = PaddedMasker.isPadded(of);
        apart = new ApartMasker(maskers.length);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        if (groups.length < in.count()) {
            groups = new int[in.count()];
        }
        ColumnValues deciding = canonical.of(row.original(0));
        for (int i = 0; i < in.count(); i++) {
            groups[i] = group(deciding.bytes(), deciding.start(i), deciding.length(i));
        }
        for (int group = 0; group < maskers.length; group++) {
            apart.mask(group, groups, in, RowContext.NONE, maskers[group]);
        }
        apart.append(groups, in.count(), out);
    }

    private int group(byte[] bytes, int start, int length) {
        int end = start + Math.max(0, length);
        while (padded && end > start && bytes[end - 1] == ' ') {
            end--;
        }
        for (int i = 0; i < cases.length && length >= 0; i++) {
            if (Arrays.equals(cases[i], 0, cases[i].length, bytes, start, end)) {
                return i;
            }
        }
        return cases.length;
    }
}
