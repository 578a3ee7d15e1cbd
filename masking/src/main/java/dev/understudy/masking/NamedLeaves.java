package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules of values that a document knows by a name, looked up by the name's bytes.
final class NamedLeaves {
    private final byte[][] names;
    private final Leaf[] leaves;
    private final @Nullable Leaf otherwise;

    /// @param document whose rule for values without one holds for all other names
    NamedLeaves(Map<String, MaskingRule> rules, DocumentMasker document) {
        names =
                rules.keySet().stream()
                        .map(each -> each.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new);
        leaves =
                rules.entrySet().stream()
                        .map(each -> document.leaf(each.getValue(), each.getKey()))
                        .toArray(Leaf[]::new);
        otherwise = document.unlisted();
    }

    /// What masks a value of this name; null if a document with such a value is none.
    @Nullable Leaf of(byte[] bytes, int start, int length) {
        for (int i = 0; i < names.length; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, bytes, start, start + length)) {
                return leaves[i];
            }
        }
        return otherwise;
    }
}
