package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/// Takes ZIP codes to their first three digits, as HIPAA's Safe Harbor allows it.
final class Zip3 {
    /// The areas of 20,000 people or fewer by the census of 2000, as the guidance of the Department
    /// of Health and Human Services on 45 CFR 164.514(b) lists them.
    private static final Set<Integer> FEW_PEOPLE =
            Set.of(
                    36, 59, 63, 102, 203, 556, 692, 790, 821, 823, 830, 831, 878, 879, 884, 890,
                    893);

    private static final byte[] NOWHERE = "000".getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] SHOWN = new boolean[1000];

    static {
        Arrays.fill(SHOWN, true);
        FEW_PEOPLE.forEach(each -> SHOWN[each] = false);
    }

    private Zip3() {}

    static void mask(ColumnValues in, MaskedValues out) {
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
                continue;
            }
            byte[] bytes = in.bytes();
            int start = in.start(i);
            if (!isZip(bytes, start, in.length(i))) {
                out.append(NOWHERE, 0, NOWHERE.length);
                out.countUnfit();
            } else if (SHOWN[number(bytes, start)]) {
                out.append(bytes, start, 3);
            } else {
                out.append(NOWHERE, 0, NOWHERE.length);
            }
        }
    }

    private static int number(byte[] bytes, int start) {
        return 100 * (bytes[start] - '0') + 10 * (bytes[start + 1] - '0') + bytes[start + 2] - '0';
    }

    /// `12345`, `123456789` or `12345-6789`.
    private static boolean isZip(byte[] bytes, int start, int length) {
        if (length != 5 && length != 9 && length != 10) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            boolean dash = length == 10 && i == 5;
            if (dash ? each != '-' : each < '0' || each > '9') {
                return false;
            }
        }
        return true;
    }
}
