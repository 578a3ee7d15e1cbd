package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Recognises what tells of a person in UTF-8 text. Rather too much than too little: whoever masks
/// free text prefers a wrong word to a right name.
final class TextPieces {
    private static final int FEWEST_DIGITS = 5;
    private static final int FEWEST_DIGITS_OF_CODE = 4;
    private static final int LONGEST_NAME = 40;
    private static final Set<String> TITLES =
            Set.of(
                    "mr",
                    "mrs",
                    "ms",
                    "miss",
                    "mx",
                    "dr",
                    "prof",
                    "sir",
                    "lady",
                    "herr",
                    "frau",
                    "mme",
                    "mlle",
                    "monsieur",
                    "madame",
                    "sig",
                    "signor",
                    "signora",
                    "sr",
                    "sra",
                    "señor",
                    "señora",
                    "dhr",
                    "mevr",
                    "pan",
                    "pani",
                    "hr",
                    "fr");
    private static final Set<String> FIRST_NAMES = lowerCase(Words.FIRST_NAMES);
    private static final Set<String> LAST_NAMES = lowerCase(Words.LAST_NAMES);
    private static final byte[] LINK = "https://example.org/".getBytes(StandardCharsets.US_ASCII);

    private Kind kind = Kind.NUMBER;

    enum Kind {
        ADDRESS,
        LINK,
        IBAN,
        CARD,
        NETWORK_ADDRESS,
        DATE,
        PHONE,
        NUMBER,
        CODE,
        FIRST_NAME,
        LAST_NAME
    }

    /// What {@link #find} has found last.
    Kind kind() {
        return kind;
    }

    private static Set<String> lowerCase(Words words) {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < words.size(); i++) {
            all.add(new String(words.word(i), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT));
        }
        return all;
    }

    /// Letters, digits, and everything beyond ASCII.
    static boolean isWord(byte each) {
        return each < 0 || isDigit(each) || isLetter(each);
    }

    private static boolean isLetter(byte each) {
        int lower = each | 0x20;
        return each > 0 && lower >= 'a' && lower <= 'z';
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }

    /// Whether a word begins here, or a number behind a `+`.
    static boolean begins(byte[] bytes, int start, int at, int end) {
        boolean first = at == start || !isWord(bytes[at - 1]);
        return first
                && (isWord(bytes[at])
                        || (bytes[at] == '+' && at + 1 < end && isDigit(bytes[at + 1])));
    }

    static int wordEnd(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && isWord(bytes[stop])) {
            stop++;
        }
        return stop == at && at < end ? at + 1 : stop;
    }

    static int nextWord(byte[] bytes, int at, int end) {
        int next = at;
        while (next < end && !isWord(bytes[next])) {
            next++;
        }
        return next;
    }

    /// Whether a value stands in a text here, as whole words; the case of ASCII letters does not
    /// count.
    static boolean standsHere(byte[] value, int start, int length, byte[] bytes, int at, int end) {
        if (end - at < length || (at + length < end && isWord(bytes[at + length]))) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte here = bytes[at + i];
            byte wanted = value[start + i];
            if (here != wanted && !(isLetter(here) && (here ^ wanted) == 0x20)) {
                return false;
            }
        }
        return true;
    }

    /// The length of what begins here, or 0.
    int find(byte[] bytes, int start, int at, int end) {
        int length = link(bytes, at, end);
        if (length > 0) {
            return found(Kind.LINK, length);
        }
        length = address(bytes, at, end);
        if (length > 0) {
            return found(Kind.ADDRESS, length);
        }
        if (isDigit(bytes[at]) || bytes[at] == '+') {
            return number(bytes, at, end);
        }
        length = iban(bytes, at, end);
        if (length > 0) {
            return found(Kind.IBAN, length);
        }
        length = code(bytes, at, end);
        return length > 0 ? found(Kind.CODE, length) : name(bytes, start, at, end);
    }

    private int found(Kind of, int length) {
        kind = of;
        return length;
    }

    private static int link(byte[] bytes, int at, int end) {
        boolean link =
                startsWith("http://", bytes, at, end)
                        || startsWith("https://", bytes, at, end)
                        || startsWith("www.", bytes, at, end);
        if (!link) {
            return 0;
        }
        int stop = at;
        while (stop < end
                && (bytes[stop] > ' ' || bytes[stop] < 0)
                && "<>\"'()[]".indexOf(bytes[stop]) < 0) {
            stop++;
        }
        while (".,;:!?".indexOf(bytes[stop - 1]) >= 0) {
            stop--;
        }
        return stop - at;
    }

    private static boolean startsWith(String prefix, byte[] bytes, int at, int end) {
        if (end - at < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            byte each = bytes[at + i];
            if ((isLetter(each) ? each | 0x20 : each) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int address(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && (isWord(bytes[stop]) || "._%+-'".indexOf(bytes[stop]) >= 0)) {
            stop++;
        }
        if (stop == end || bytes[stop] != '@') {
            return 0;
        }
        int host = ++stop;
        while (stop < end && (isWord(bytes[stop]) || bytes[stop] == '.' || bytes[stop] == '-')) {
            stop++;
        }
        while (stop > host && !isWord(bytes[stop - 1])) {
            stop--;
        }
        return stop > host ? stop - at : 0;
    }

    private int number(byte[] bytes, int at, int end) {
        int length = networkAddress(bytes, at, end);
        if (length > 0) {
            return found(Kind.NETWORK_ADDRESS, length);
        }
        length = dateLength(bytes, at, end);
        if (length > 0) {
            return found(Kind.DATE, length);
        }
        length = code(bytes, at, end);
        if (length > 0) {
            return found(Kind.CODE, length);
        }
        int digits = 0;
        int stop = at;
        boolean parted = bytes[at] == '+';
        for (int i = at; i < end; i++) {
            if (isDigit(bytes[i])) {
                digits++;
                stop = i + 1;
            } else if (i > at && " -./()".indexOf(bytes[i]) >= 0 && i - stop < 2) {
                parted = true;
            } else if (i > at) {
                break;
            }
        }
        if (digits < FEWEST_DIGITS || (stop < end && isWord(bytes[stop]))) {
            return 0;
        }
        if (digits >= 13 && digits <= 19 && isLuhn(bytes, at, stop)) {
            return found(Kind.CARD, stop - at);
        }
        boolean phone = digits >= 7 && digits <= 15 && (parted || bytes[at] == '0');
        return found(phone ? Kind.PHONE : Kind.NUMBER, stop - at);
    }

    /// ISO/IEC 7812-1, annex B.
    private static boolean isLuhn(byte[] bytes, int at, int end) {
        int sum = 0;
        boolean twice = false;
        for (int i = end - 1; i >= at; i--) {
            if (isDigit(bytes[i])) {
                int digit = (bytes[i] - '0') * (twice ? 2 : 1);
                sum += digit > 9 ? digit - 9 : digit;
                twice = !twice;
            }
        }
        return sum % 10 == 0;
    }

    private static int networkAddress(byte[] bytes, int at, int end) {
        int stop = at;
        for (int part = 0; part < 4; part++) {
            int number = 0;
            int digits = 0;
            while (stop < end && isDigit(bytes[stop]) && digits < 4) {
                number = 10 * number + bytes[stop++] - '0';
                digits++;
            }
            if (digits == 0 || number > 255) {
                return 0;
            }
            if (part < 3 && (stop == end || bytes[stop++] != '.')) {
                return 0;
            }
        }
        return stop < end && isWord(bytes[stop]) ? 0 : stop - at;
    }

    private static int dateLength(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end
                && stop - at < 11
                && (isDigit(bytes[stop]) || ".-/".indexOf(bytes[stop]) >= 0)) {
            stop++;
        }
        while (stop > at && !isDigit(bytes[stop - 1])) {
            stop--;
        }
        boolean alone = stop == end || !isWord(bytes[stop]);
        return alone && date(bytes, at, stop - at) != null ? stop - at : 0;
    }

    /// A date as people write it: 2024-02-29, 29.2.2024, 29/02/2024, 02/29/2024; null if it is
    /// none.
    private static @Nullable LocalDate date(byte[] bytes, int start, int length) {
        if (length < 8 || length > 10) {
            return null;
        }
        String[] parts =
                new String(bytes, start, length, StandardCharsets.US_ASCII).split("[./-]", -1);
        if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return null;
        }
        int first = Integer.parseInt(parts[0]);
        int second = Integer.parseInt(parts[1]);
        int third = Integer.parseInt(parts[2]);
        try {
            if (parts[0].length() == 4) {
                return LocalDate.of(first, second, third);
            }
            if (parts[2].length() != 4) {
                return null;
            }
            return second > 12
                    ? LocalDate.of(third, first, second)
                    : LocalDate.of(third, second, first);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// Moves dates by up to 60 days, and writes them as they were written.
    static ColumnMasker dates(Cmac cmac) {
        return new TagMasker(
                new Canonical(ValueForm.TEXT),
                cmac,
                (bytes, start, length, high, low, out) -> {
                    LocalDate date = Objects.requireNonNull(date(bytes, start, length));
                    byte[] written =
                            write(date.plusDays(Dates.days(high, 60)), bytes, start, length)
                                    .getBytes(StandardCharsets.US_ASCII);
                    out.append(written, 0, written.length);
                });
    }

    private static String write(LocalDate date, byte[] bytes, int start, int length) {
        String as = new String(bytes, start, length, StandardCharsets.US_ASCII);
        char separator = as.replaceAll("[0-9]", "").charAt(0);
        String[] parts = as.split("[./-]", -1);
        if (parts[0].length() == 4) {
            return "%04d%c%02d%c%02d"
                    .formatted(
                            date.getYear(),
                            separator,
                            date.getMonthValue(),
                            separator,
                            date.getDayOfMonth());
        }
        boolean monthFirst = Integer.parseInt(parts[1]) > 12;
        return "%02d%c%02d%c%04d"
                .formatted(
                        monthFirst ? date.getMonthValue() : date.getDayOfMonth(),
                        separator,
                        monthFirst ? date.getDayOfMonth() : date.getMonthValue(),
                        separator,
                        date.getYear());
    }

    /// Another link, which leads nowhere.
    static ColumnMasker links(Cmac cmac) {
        TagMasker.Writer tail = Writers.base32(12);
        MaskedValues scratch = new MaskedValues();
        return new TagMasker(
                new Canonical(ValueForm.TEXT),
                cmac,
                (bytes, start, length, high, low, out) -> {
                    scratch.resetAndTrim();
                    tail.write(bytes, start, length, high, low, scratch);
                    byte[] to = out.reserve(LINK.length + scratch.length(0));
                    System.arraycopy(LINK, 0, to, out.position(), LINK.length);
                    System.arraycopy(
                            scratch.bytes(),
                            scratch.start(0),
                            to,
                            out.position() + LINK.length,
                            scratch.length(0));
                    out.commit(LINK.length + scratch.length(0));
                });
    }

    /// ISO 13616: two letters, two digits, up to 30 letters and digits, in groups or not, whose
    /// number is 1 modulo 97 with the first four at its end.
    private static int iban(byte[] bytes, int at, int end) {
        if (end - at < 15 || !isLetter(bytes[at]) || !isLetter(bytes[at + 1])) {
            return 0;
        }
        int longest = 0;
        int count = 0;
        int head = 0;
        int body = 0;
        for (int i = at; i < end && count < 34; i++) {
            byte each = bytes[i];
            if (each == ' ' && i > at && bytes[i - 1] != ' ') {
                continue;
            }
            if (!isLetter(each) && !isDigit(each)) {
                break;
            }
            int value = isDigit(each) ? each - '0' : (each | 0x20) - 'a' + 10;
            if ((count == 2 || count == 3) && value > 9) {
                return 0;
            }
            if (count < 4) {
                head = next97(head, value);
            } else {
                body = next97(body, value);
            }
            count++;
            boolean ends = i + 1 == end || !isWord(bytes[i + 1]);
            // Behind the body stand two letters of two digits each, and two digits: six places.
            if (ends && count >= 15 && (body * (1_000_000 % 97) + head) % 97 == 1) {
                longest = i + 1 - at;
            }
        }
        return longest;
    }

    private static int next97(int rest, int value) {
        return (rest * (value > 9 ? 100 : 10) + value) % 97;
    }

    /// A word of letters and digits, of hyphens and slashes within, with some digits: a plate, a
    /// policy, a passport.
    private static int code(byte[] bytes, int at, int end) {
        int digits = 0;
        int letters = 0;
        int stop = at;
        for (int i = at; i < end; i++) {
            byte each = bytes[i];
            if (isWord(each)) {
                digits += isDigit(each) ? 1 : 0;
                letters += isDigit(each) ? 0 : 1;
                stop = i + 1;
            } else if ((each != '-' && each != '/' && each != '_') || i > stop) {
                break;
            }
        }
        return digits >= FEWEST_DIGITS_OF_CODE && letters > 0 ? stop - at : 0;
    }

    /// A capitalised word of the dictionaries, or behind a first name or a title.
    private int name(byte[] bytes, int start, int at, int end) {
        if (!isCapital(bytes[at])) {
            return 0;
        }
        int stop = nameEnd(bytes, at, end);
        if (stop - at > LONGEST_NAME || stop - at < 2) {
            return 0;
        }
        String word =
                new String(bytes, at, stop - at, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (FIRST_NAMES.contains(word)) {
            return found(Kind.FIRST_NAME, stop - at);
        }
        if (LAST_NAMES.contains(word) || followsName(bytes, start, at)) {
            return found(Kind.LAST_NAME, stop - at);
        }
        return 0;
    }

    private static boolean isCapital(byte each) {
        return (each >= 'A' && each <= 'Z') || each == (byte) 0xC3 || each == (byte) 0xC5;
    }

    private static int nameEnd(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end
                && (isLetter(bytes[stop])
                        || bytes[stop] < 0
                        || ((bytes[stop] == '-' || bytes[stop] == '\'')
                                && stop + 1 < end
                                && (isLetter(bytes[stop + 1]) || bytes[stop + 1] < 0)))) {
            stop++;
        }
        return stop;
    }

    /// Whether the word before, with nothing but a blank between or a point and a blank, is a first
    /// name or a title.
    private static boolean followsName(byte[] bytes, int start, int at) {
        int stop = at - 1;
        if (stop <= start || bytes[stop] != ' ') {
            return false;
        }
        boolean point = bytes[stop - 1] == '.';
        if (point) {
            stop--;
        }
        int from = stop;
        while (from > start && (isLetter(bytes[from - 1]) || bytes[from - 1] < 0)) {
            from--;
        }
        if (from == stop || stop - from > LONGEST_NAME) {
            return false;
        }
        String word =
                new String(bytes, from, stop - from, StandardCharsets.UTF_8)
                        .toLowerCase(Locale.ROOT);
        return TITLES.contains(word)
                || (!point && isCapital(bytes[from]) && FIRST_NAMES.contains(word));
    }
}
