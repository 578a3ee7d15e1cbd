package dev.understudy.masking;

import java.nio.charset.StandardCharsets;

/// Hexadecimal digits in text.
final class Hex {
    static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final byte[] UPPER_DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private Hex() {}

    /// The number that a digit of either case stands for, or -1.
    static int digit(byte digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        int lower = digit | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
