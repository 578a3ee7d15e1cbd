package dev.understudy.rows;

import dev.understudy.rows.ValueReader.CorruptValue;

/// Network and hardware addresses.
final class NetworkText {
    private static final int IPV4 = 2;
    private static final int IPV6 = 3;

    private NetworkText() {}

    static void hardware(ValueReader value, int length, StringBuilder out) {
        for (int i = 0; i < length; i++) {
            if (i > 0) {
                out.append(':');
            }
            int single = value.int1();
            out.append(Character.forDigit(single >> 4, 16))
                    .append(Character.forDigit(single & 15, 16));
        }
    }

    static void address(ValueReader value, boolean maskShown, StringBuilder out) {
        int family = value.int1();
        int bits = value.int1();
        value.int1(); // whether it is a cidr
        int length = value.int1();
        if (family == IPV4 && length == 4) {
            dotted(value, out);
        } else if (family == IPV6 && length == 16) {
            words(value, out);
        } else {
            throw new CorruptValue("a network address of unknown family");
        }
        if (maskShown || bits != 8 * length) {
            out.append('/').append(bits);
        }
    }

    private static void dotted(ValueReader value, StringBuilder out) {
        for (int i = 0; i < 4; i++) {
            if (i > 0) {
                out.append('.');
            }
            out.append(value.int1());
        }
    }

    /// The longest run of two or more zero words becomes `::`; embedded IPv4 addresses are dotted.
    private static void words(ValueReader value, StringBuilder out) {
        int[] words = new int[8];
        for (int i = 0; i < 8; i++) {
            words[i] = value.int2() & 0xffff;
        }
        int zeros = -1;
        int count = 1;
        for (int i = 0, run = 0; i < 8; i++) {
            run = words[i] == 0 ? run + 1 : 0;
            if (run > count) {
                count = run;
                zeros = i - run + 1;
            }
        }
        boolean embedded = zeros == 0 && (count == 6 || (count == 5 && words[5] == 0xffff));
        for (int i = 0; i < 8; i++) {
            if (zeros >= 0 && i >= zeros && i < zeros + count) {
                if (i == zeros) {
                    out.append(':');
                }
                continue;
            }
            if (i > 0) {
                out.append(':');
            }
            if (embedded && i == 6) {
                out.append(words[6] >> 8).append('.').append(words[6] & 255).append('.');
                out.append(words[7] >> 8).append('.').append(words[7] & 255);
                return;
            }
            out.append(Integer.toHexString(words[i]));
        }
        if (zeros >= 0 && zeros + count == 8) {
            out.append(':');
        }
    }
}
