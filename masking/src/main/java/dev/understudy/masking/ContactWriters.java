package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/// What the maskers of firms, accounts and addresses write for a value's tag.
final class ContactWriters {
    /// Sixteen characters of 80 bits: different values stay different.
    static final int TOKEN = 16;

    /// The most that a made-up first name, a separator and a token take.
    private static final int LONGEST_USERNAME = 1 + 8 + 1 + TOKEN;

    /// The fewest characters of a name that need not be unique: a first name and two digits.
    static final int SHORTEST_USERNAME = 10;

    private static final byte[][] SITES = {
        ascii("example.com/"), ascii("example.net/"), ascii("example.org/"),
    };
    static final int SHORTEST_URL = SITES[0].length + TOKEN;
    private static final int LONGEST_SCHEME = 16;
    private static final int HOUSES = 199;

    /// The forms of firms in many countries, the longer ones first.
    private static final byte[][] FORMS =
            Stream.of(
                            "GmbH & Co. KG",
                            "GmbH",
                            "AG",
                            "KG",
                            "OHG",
                            "e.K.",
                            "e.V.",
                            "SE",
                            "Ltd",
                            "Ltd.",
                            "Limited",
                            "PLC",
                            "plc",
                            "LLP",
                            "Inc",
                            "Inc.",
                            "LLC",
                            "Corp",
                            "Corp.",
                            "Corporation",
                            "Co.",
                            "Pty Ltd",
                            "S.A.",
                            "SA",
                            "SAS",
                            "SARL",
                            "S.L.",
                            "SL",
                            "S.r.l.",
                            "Srl",
                            "S.p.A.",
                            "SpA",
                            "B.V.",
                            "BV",
                            "N.V.",
                            "NV",
                            "AB",
                            "AS",
                            "A/S",
                            "ApS",
                            "Oy",
                            "Oyj",
                            "Sp. z o.o.",
                            "s.r.o.",
                            "a.s.",
                            "Kft.",
                            "Zrt.",
                            "d.o.o.",
                            "Lda",
                            "Lda.",
                            "Ltda",
                            "Ltda.",
                            "A.Ş.",
                            "Ltd. Şti.",
                            "K.K.",
                            "Pvt Ltd",
                            "Bhd",
                            "Sdn Bhd")
                    .map(each -> (" " + each).getBytes(StandardCharsets.UTF_8))
                    .sorted(Comparator.comparingInt(each -> -each.length))
                    .toArray(byte[][]::new);

    private ContactWriters() {}

    /// A firm of the dictionary, with the form that the value ends in where both fit.
    static TagMasker.Writer company(int maxLength) {
        TagMasker.Writer name = Writers.word(Words.COMPANIES, maxLength);
        MaskedValues made = new MaskedValues();
        return (bytes, start, length, high, low, out) -> {
            made.reset();
            name.write(bytes, start, length, high, low, made);
            int size = made.length(0);
            byte[] to = out.reserve(size + 20);
            System.arraycopy(made.bytes(), 0, to, out.position(), size);
            byte[] form = form(bytes, start, length);
            int characters = Bytes.characters(to, out.position(), size);
            if (characters + Bytes.characters(form, 0, form.length) <= maxLength) {
                System.arraycopy(form, 0, to, out.position() + size, form.length);
                size += form.length;
            }
            out.commit(size);
        };
    }

    private static byte[] form(byte[] bytes, int start, int length) {
        int end = start + length;
        for (byte[] form : FORMS) {
            if (form.length < length
                    && Arrays.equals(form, 0, form.length, bytes, end - form.length, end)) {
                return form;
            }
        }
        return new byte[0];
    }

    /// `anna.k3v9q2x7m4t6w5zb`, unique for each value.
    static TagMasker.Writer username(int maxLength, char separator) {
        Words names = Words.ADDRESS_FIRST_NAMES;
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(LONGEST_USERNAME);
            int at = putAt(separator, bytes[start], to, out.position());
            byte[] name = names.word(Bytes.pick(low << 16, names.size()));
            if (at - out.position() + name.length + 1 + TOKEN <= maxLength) {
                System.arraycopy(name, 0, to, at, name.length);
                at += name.length;
                to[at++] = (byte) separator;
            }
            out.commit(Writers.putBase32(high, low, TOKEN, to, at) - out.position());
        };
    }

    /// `anna.keller42`, or `anna42` where there is no more room.
    static TagMasker.Writer plainUsername(int maxLength, char separator) {
        Words first = Words.ADDRESS_FIRST_NAMES.upTo(7);
        Words last = Words.ADDRESS_LAST_NAMES;
        return (bytes, start, length, high, low, out) -> {
            byte[] to = out.reserve(LONGEST_USERNAME);
            int at = putAt(separator, bytes[start], to, out.position());
            byte[] name = first.word(Bytes.pick(high, first.size()));
            byte[] family = last.word(Bytes.pick(low, last.size()));
            System.arraycopy(name, 0, to, at, name.length);
            at += name.length;
            if (at - out.position() + 1 + family.length + 2 <= maxLength) {
                to[at++] = (byte) separator;
                System.arraycopy(family, 0, to, at, family.length);
                at += family.length;
            }
            at += Decimals.writeDigits(Bytes.pick(high * first.size(), 100), 2, to, at);
            out.commit(at - out.position());
        };
    }

    /// The `@` of a handle that has one; its separator is `_`.
    static int putAt(char separator, byte first, byte[] to, int at) {
        if (separator != '_' || first != '@') {
            return at;
        }
        to[at] = '@';
        return at + 1;
    }

    /// `https://example.org/k3v9q2x7m4t6w5zb`, with the value's scheme where it fits.
    static TagMasker.Writer url(int maxLength) {
        return (bytes, start, length, high, low, out) -> {
            int scheme = scheme(bytes, start, length);
            byte[] site = SITES[Bytes.pick(low << 16, SITES.length)];
            byte[] to = out.reserve(LONGEST_SCHEME + SHORTEST_URL);
            int at = out.position();
            if (scheme <= LONGEST_SCHEME && scheme + SHORTEST_URL <= maxLength) {
                System.arraycopy(bytes, start, to, at, scheme);
                at += scheme;
            }
            System.arraycopy(site, 0, to, at, site.length);
            at = Writers.putBase32(high, low, TOKEN, to, at + site.length);
            out.commit(at - out.position());
        };
    }

    /// How many bytes of a URL are `https://`; 0 if it has no scheme.
    private static int scheme(byte[] bytes, int start, int length) {
        for (int i = start; i < start + length - 2; i++) {
            if (bytes[i] == ':') {
                return i > start && bytes[i + 1] == '/' && bytes[i + 2] == '/' ? i + 3 - start : 0;
            }
            if (bytes[i] <= '/') {
                return 0;
            }
        }
        return 0;
    }

    /// No blank, and a scheme or a host with a dot.
    static boolean looksLikeUrl(byte[] bytes, int start, int length) {
        int dot = 0;
        for (int i = start; i < start + length; i++) {
            if (bytes[i] == ' ' || bytes[i] == '@') {
                return false;
            }
            if (bytes[i] == '.' && dot == 0) {
                dot = i;
            }
        }
        return scheme(bytes, start, length) > 0 || (dot > start && dot < start + length - 1);
    }

    /// Another number of a house, with a letter where the value ends in one.
    static TagMasker.Writer houseNumber(int maxLength) {
        return (bytes, start, length, high, low, out) -> {
            int number = 1 + Bytes.pick(high, maxLength < 3 ? 9 : HOUSES);
            byte[] to = out.reserve(4);
            int at = out.position();
            at += Decimals.write(number, to, at);
            byte last = bytes[start + length - 1];
            boolean letter = (last | 0x20) >= 'a' && (last | 0x20) <= 'z';
            if (letter && at - out.position() < maxLength) {
                to[at++] = (byte) ((last & 0x20) + 'A' + Bytes.pick(low, 6));
            }
            out.commit(at - out.position());
        };
    }

    /// The same in a column of integers.
    static TagMasker.Writer houseNumber(ValueForm form) {
        return (bytes, start, length, high, low, out) ->
                Integers.write(form, 1 + Bytes.pick(high, HOUSES), out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
