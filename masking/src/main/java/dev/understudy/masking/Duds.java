package dev.understudy.masking;

import java.nio.charset.StandardCharsets;

/// Hosts, tokens and hashes of passwords that look right and open nothing.
final class Duds {
    /// Fewer characters than this of 32 could meet by chance: these have 80 bits.
    static final int HOST_CHARACTERS = 16;

    /// Those, and the domain.
    static final int HOST_PICKS = HOST_CHARACTERS + 1;

    /// With `.example.com` behind them.
    static final int LONGEST_HOST = 28;

    /// Fewer characters than this, were they hexadecimal, could meet by chance.
    static final int SHORTEST_TOKEN = 20;

    private static final byte[] LOWER = ascii("abcdefghijklmnopqrstuvwxyz");
    private static final byte[] UPPER = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static final byte[] HOST = ascii("abcdefghijklmnopqrstuvwxyz234567");
    private static final byte[] LOWER_DIGITS = ascii("abcdefghijklmnopqrstuvwxyz0123456789");
    private static final byte[] UPPER_DIGITS = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static final byte[] LETTERS =
            ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static final byte[] ALL =
            ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// By what a text has: 1 for lower case, 2 for upper case, 4 for digits.
    private static final byte[][] ALPHABETS = {
        ALL, LOWER, UPPER, LETTERS, ALL, LOWER_DIGITS, UPPER_DIGITS, ALL
    };

    /// Reserved for examples (RFC 2606): no such host exists.
    private static final byte[][] DOMAINS = {
        ascii(".example.com"), ascii(".example.net"), ascii(".example.org")
    };

    private Duds() {}

    /// Labels of letters, digits, `-` and `_`, with points between them, and a letter somewhere.
    static boolean isHost(byte[] bytes, int start, int length) {
        boolean letter = false;
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            boolean edge = i == 0 || i == length - 1;
            if (!isLetterOrDigit(each) && (edge || (each != '-' && each != '_' && each != '.'))) {
                return false;
            }
            letter |= isLetterOrDigit(each) && each > '9';
        }
        return letter;
    }

    /// A name of its own for each host, under a reserved domain where the host had a domain.
    static TagMasker.Writer host(TagStream stream) {
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(LONGEST_HOST);
            int at = stream.write(HOST, HOST_CHARACTERS, to, out.position());
            boolean qualified = false;
            for (int i = start; i < start + length; i++) {
                qualified |= bytes[i] == '.';
            }
            if (qualified) {
                byte[] domain = DOMAINS[stream.pick(DOMAINS.length)];
                System.arraycopy(domain, 0, to, at, domain.length);
                at += domain.length;
            }
            out.commit(at - out.position());
        };
    }

    /// Enough letters and digits behind a prefix, letters among them, and signs of base64.
    static boolean isToken(byte[] bytes, int start, int length, int prefix) {
        int random = 0;
        boolean letter = false;
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            if (isLetterOrDigit(each)) {
                random += i < prefix ? 0 : 1;
                letter |= i >= prefix && each > '9';
            } else if ("-_.+/=~:".indexOf(each) < 0) {
                return false;
            }
        }
        return letter && random >= SHORTEST_TOKEN;
    }

    /// Characters of the same alphabet in the same places, behind a prefix of its own.
    static TagMasker.Writer token(byte[] prefix, TagStream stream) {
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(length);
            int begin = out.position();
            System.arraycopy(bytes, start, to, begin, length);
            System.arraycopy(prefix, 0, to, begin, prefix.length);
            replace(to, begin + prefix.length, begin + length, stream);
            out.commit(length);
        };
    }

    /// Replaces letters and digits by others of the smallest alphabet that has them all.
    static void replace(byte[] text, int start, int end, TagStream stream) {
        int kinds = 0;
        boolean hexadecimal = true;
        for (int at = start; at < end; at++) {
            byte each = text[at];
            if (isLetterOrDigit(each)) {
                kinds |= each <= '9' ? 4 : each <= 'Z' ? 2 : 1;
                hexadecimal &= Hex.digit(each) >= 0;
            }
        }
        boolean mixed = (kinds & 3) == 3;
        byte[] alphabet =
                hexadecimal && !mixed
                        ? ((kinds & 2) != 0 ? Hex.UPPER_DIGITS : Hex.DIGITS)
                        : ALPHABETS[kinds];
        for (int at = start; at < end; at++) {
            if (isLetterOrDigit(text[at])) {
                text[at] = alphabet[stream.pick(alphabet.length)];
            }
        }
    }

    static boolean isLetterOrDigit(byte each) {
        int lower = each | 0x20;
        return (each >= '0' && each <= '9') || (lower >= 'a' && lower <= 'z');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
