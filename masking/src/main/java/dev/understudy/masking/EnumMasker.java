package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Replaces each of few values by another one, by a keyed permutation.
final class EnumMasker implements ColumnMasker {
    private final byte[][] labels;
    private final Permutation permutation;

    EnumMasker(ColumnProfile column, MaskingKeys keys, String domain) {
        this(
                column.labels().stream()
                        .map(each -> each.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new),
                keys,
                domain);
    }

    EnumMasker(byte[][] labels, MaskingKeys keys, String domain) {
        this.labels = labels;
        permutation = Permutation.of(keys, domain, "labels", labels.length);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
                continue;
            }
            int index = indexOf(in.bytes(), in.start(i), in.length(i));
            if (index < 0) { // a label that was added after the column was looked at
                index = 0;
                out.countUnfit();
            }
            byte[] label = labels[permutation.apply(index)];
            out.append(label, 0, label.length);
        }
    }

    private int indexOf(byte[] bytes, int start, int length) {
        for (int i = 0; i < labels.length; i++) {
            if (Arrays.equals(labels[i], 0, labels[i].length, bytes, start, start + length)) {
                return i;
            }
        }
        return -1;
    }
}
