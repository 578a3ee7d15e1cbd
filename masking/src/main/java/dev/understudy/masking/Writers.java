package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What the maskers that need no more than a value's tag write for it.
final class Writers {
    /// In an address of this length or longer names stand before the number that makes it unique.
    static final int LONGEST_EMAIL = 47;

    /// Sixteen characters of 80 bits, `@`, and the shorter of the domains.
    static final int SHORTEST_EMAIL = 28;

    static final int BASE32_LENGTH = 25;
    static final int HEX_LENGTH = 32;

    /// Reserved for examples (RFC 2606): no mail ever arrives anywhere.
    private static final byte[][] EMAIL_DOMAINS = {
        "@example.com".getBytes(StandardCharsets.US_ASCII),
        "@example.net".getBytes(StandardCharsets.US_ASCII),
        "@example.org".getBytes(StandardCharsets.US_ASCII),
    };

    private static final int HOUSES = 199;

    private Writers() {}

    /// `anna.keller.k3v9q2x7m4t6w5zb@example.org`: 80 bits of the tag make it unique (a collision
    /// among 10^8 addresses: 4 in 10^9), the rest picks the names.
    static TagMasker.Writer email(int maxLength) {
        boolean names = maxLength >= LONGEST_EMAIL;
        Words first = Words.ADDRESS_FIRST_NAMES;
        Words last = Words.ADDRESS_LAST_NAMES;
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(LONGEST_EMAIL);
            int begin = out.position();
            int at = begin;
            if (names) {
                long rest = low << 16;
                at = put(first.word(Bytes.pick(rest, first.size())), to, at);
                to[at++] = '.';
                at = put(last.word(Bytes.pick(rest << 16, last.size())), to, at);
                to[at++] = '.';
            }
            out.commit(putAddress(high, low, to, at) - begin);
        };
    }

    /// Writes what makes an address unique, and its domain; returns the place behind.
    static int putAddress(long high, long low, byte[] to, int at) {
        int end = putBase32(high, low, 16, to, at);
        return put(EMAIL_DOMAINS[Bytes.pick(low << 48, EMAIL_DOMAINS.length)], to, end);
    }

    /// Something, an `@`, and something.
    static boolean looksLikeEmail(byte[] bytes, int start, int length) {
        for (int at = start + 1; at < start + length - 1; at++) {
            if (bytes[at] == '@') {
                return true;
            }
        }
        return false;
    }

    /// A word of a dictionary, and another one than the value itself.
    static TagMasker.Writer word(Words words, int maxLength) {
        Words fitting = words.upTo(maxLength);
        return (bytes, start, length, high, low, out) -> {
            int index = Bytes.pick(high, words.size());
            Words chosen = words;
            // The same word in columns of every width, wherever it fits.
            if (words.characters(index) > maxLength) {
                chosen = fitting;
                index = Bytes.pick(low, fitting.size());
            }
            byte[] word = chosen.word(index);
            if (Arrays.equals(word, 0, word.length, bytes, start, start + length)) {
                word = fitting.word(Bytes.pick(low, fitting.size()));
                if (Arrays.equals(word, 0, word.length, bytes, start, start + length)) {
                    word = fitting.word((Bytes.pick(low, fitting.size()) + 1) % fitting.size());
                }
            }
            out.append(word, 0, word.length);
        };
    }

    /// Two words with a blank between them.
    static TagMasker.Writer fullName(int maxLength) {
        return fullName(Words.FIRST_NAMES, Words.LAST_NAMES, maxLength);
    }

    static TagMasker.Writer fullName(Words first, Words last, int maxLength) {
        Words shortFirst = first.upTo((maxLength - 1) / 2);
        Words shortLast = last.upTo(maxLength - 1 - (maxLength - 1) / 2);
        return (bytes, start, length, high, low, out) -> {
            int given = Bytes.pick(high, first.size());
            int family = Bytes.pick(low, last.size());
            if (first.characters(given) + 1 + last.characters(family) <= maxLength) {
                appendPair(first.word(given), last.word(family), out);
            } else {
                appendPair(
                        shortFirst.word(Bytes.pick(high, shortFirst.size())),
                        shortLast.word(Bytes.pick(low, shortLast.size())),
                        out);
            }
        };
    }

    private static void appendPair(byte[] first, byte[] last, MaskedValues out) {
        byte[] to = out.reserve(first.length + 1 + last.length);
        int begin = out.position();
        int at = put(first, to, begin);
        to[at++] = ' ';
        out.commit(put(last, to, at) - begin);
    }

    /// A street and a house number.
    static TagMasker.Writer street(int maxLength) {
        Words streets = Words.STREETS;
        Words fitting = streets.upTo(maxLength - 4);
        return (bytes, start, length, high, low, out) -> {
            int index = Bytes.pick(high, streets.size());
            byte[] street = streets.word(index);
            if (streets.characters(index) > maxLength - 4) {
                street = fitting.word(Bytes.pick(high, fitting.size()));
            }
            int house = 1 + Bytes.pick(low, HOUSES);
            byte[] to = out.reserve(street.length + 4);
            int begin = out.position();
            int at = put(street, to, begin);
            to[at++] = ' ';
            at += Decimals.write(house, to, at);
            out.commit(at - begin);
        };
    }

    static TagMasker.Writer hex(int characters) {
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(HEX_LENGTH);
            Hex.write(high, to, out.position());
            Hex.write(low, to, out.position() + 16);
            out.commit(characters);
        };
    }

    static TagMasker.Writer base32(int characters) {
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(characters + Long.BYTES);
            putBase32(high, low, characters, to, out.position());
            out.commit(characters);
        };
    }

    static TagMasker.Writer tagBytes(int count) {
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(16);
            Bytes.LONG.set(to, out.position(), high);
            Bytes.LONG.set(to, out.position() + 8, low);
            out.commit(count);
        };
    }

    /// Sixteen bytes that look like a random UUID (RFC 9562, version 4).
    static void uuid(byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        byte[] to = out.reserve(16);
        Bytes.LONG.set(to, out.position(), ofVersion4(high));
        Bytes.LONG.set(to, out.position() + 8, ofVariant(low));
        out.commit(16);
    }

    /// The same as text, in lower case.
    static void uuidText(
            byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        Hex.writeUuid(ofVersion4(high), ofVariant(low), out.reserve(36), out.position());
        out.commit(36);
    }

    private static long ofVersion4(long high) {
        return (high & ~0xF000L) | 0x4000L;
    }

    private static long ofVariant(long low) {
        return (low & ~0xC000_0000_0000_0000L) | 0x8000_0000_0000_0000L;
    }

    /// Letters become x or X, digits 9, and what is neither stays.
    static void shape(byte[] bytes, int start, int length, long high, long low, MaskedValues out) {
        byte[] to = out.reserve(length);
        int begin = out.position();
        int at = begin;
        for (int i = start; i < start + length; i++) {
            byte each = bytes[i];
            if (each >= '0' && each <= '9') {
                to[at++] = '9';
            } else if (each >= 'A' && each <= 'Z') {
                to[at++] = 'X';
            } else if ((each >= 'a' && each <= 'z') || (each & 0xC0) == 0xC0) {
                to[at++] = 'x';
            } else if (each >= 0) {
                to[at++] = each;
            }
        }
        out.commit(at - begin);
    }

    /// The same bytes for every value.
    static TagMasker.Writer always(byte[] constant) {
        return (bytes, start, length, high, low, out) -> out.append(constant, 0, constant.length);
    }

    /// One of some values.
    static TagMasker.Writer choice(byte[][] values) {
        return (bytes, start, length, high, low, out) -> {
            byte[] chosen = values[Bytes.pick(high, values.length)];
            out.append(chosen, 0, chosen.length);
        };
    }

    private static int put(byte[] word, byte[] to, int at) {
        System.arraycopy(word, 0, to, at, word.length);
        return at + word.length;
    }

    /// Writes the first `5 * characters` bits, at most 125, eight characters at a time: over
    /// whatever is behind them, up to the next multiple of eight.
    static int putBase32(long high, long low, int characters, byte[] to, int at) {
        long head = high;
        long tail = low;
        for (int i = 0; i < characters; i += 8) {
            Bytes.LONG.set(to, at + i, base32(head >>> 24));
            head = (head << 40) | (tail >>> 24);
            tail <<= 40;
        }
        return at + characters;
    }

    /// Eight characters for 40 bits, all at the same time.
    private static long base32(long bits) {
        long fours = ((bits << 12) & 0x000FFFFF_00000000L) | (bits & 0x000FFFFF);
        long twos = ((fours << 6) & 0x03FF0000_03FF0000L) | (fours & 0x000003FF_000003FFL);
        long ones = ((twos << 3) & 0x1F001F00_1F001F00L) | (twos & 0x001F001F_001F001FL);
        long digits = ((ones + 0x06060606_06060606L) >>> 5) & 0x01010101_01010101L; // from 26 on
        return ones + 0x61616161_61616161L - digits * ('a' - '2' + 26);
    }
}
