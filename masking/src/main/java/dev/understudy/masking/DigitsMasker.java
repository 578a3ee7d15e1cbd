package dev.understudy.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Replaces the digits of a value by a permutation of all digit strings of the same length, and
/// leaves everything else where it is. Injective by construction, whatever the layout:
///
/// - a string that begins with a zero keeps that zero, and its other digits are permuted freely;
/// - any other string is permuted among the numbers of as many digits, and of the same side of the
///   limits of int16, int32 and int64. So a result fits whatever integer type its value fits, and
///   columns of different types agree;
/// - a fraction of a numeric never ends in a zero, which the next one would not tell from none;
/// - a phone number behind a `+` keeps its country code.
///
/// Strings of a million or more go through FF1, all of a length in one call, and are encrypted
/// again until they fall into their class (cycle walking); shorter ones through tables.
final class DigitsMasker implements ColumnMasker {
    /// The classes of digit strings; those below zero come two behind those above.
    private static final int FREE = 0;

    private static final int SMALL = 1;
    private static final int LARGE = 2;
    private static final int NEGATIVE_SMALL = 3;

    /// One bit for each of blank, `-`, `(`, `)`, `.`, `,` and `/`.
    private static final long PHONE_SEPARATORS =
            1L << ' ' | 1L << '-' | 1L << '(' | 1L << ')' | 1L << '.' | 1L << ',' | 1L << '/';

    private static final int SHORTEST_FF1 = 6;
    private static final int LONGEST_BOUNDED = 19;
    private static final long[] POWER = powers();
    private static final long[][] FROM = new long[LONGEST_BOUNDED + 1][5];
    private static final long[][] TO = new long[LONGEST_BOUNDED + 1][5];

    static {
        for (int n = 1; n <= LONGEST_BOUNDED; n++) {
            TO[n][FREE] = POWER[n] - 1;
            for (int sign = 0; sign <= 1; sign++) {
                // A type reaches one further below zero than above.
                long limit = limit(n) + sign;
                boolean parted = limit(n) != 0;
                FROM[n][SMALL + 2 * sign] = n == 1 ? sign : POWER[n - 1];
                TO[n][SMALL + 2 * sign] = parted ? limit : POWER[n] - 1;
                FROM[n][LARGE + 2 * sign] = limit + 1;
                TO[n][LARGE + 2 * sign] = POWER[n] - 1;
            }
        }
    }

    private final ValueForm form;
    private final boolean phone;
    private final MaskingKeys keys;
    private final String domain;
    private final Canonical canonical;
    private final Ff1 ff1;
    private final @Nullable Permutation[][] tables = new @Nullable Permutation[SHORTEST_FF1][5];
    private final MaskedValues text = new MaskedValues();

    private int[] sizes = new int[0];
    private int[] classes = new int[0];
    private int[] kept = new int[0];
    private boolean[] fractions = new boolean[0];
    private long[] heads = new long[0];
    private long[] tails = new long[0];
    private int[] group = new int[0];
    private long[] groupHeads = new long[0];
    private long[] groupTails = new long[0];

    private DigitsMasker(ValueForm form, boolean phone, MaskingKeys keys, String domain) {
        this.form = form;
        this.phone = phone;
        this.keys = keys;
        this.domain = domain;
        this.canonical = new Canonical(form);
        this.ff1 = Ff1.of(keys, domain, 10);
    }

    static DigitsMasker digits(ValueForm form, MaskingKeys keys, String domain) {
        return new DigitsMasker(form, false, keys, domain);
    }

    static DigitsMasker phone(ValueForm form, MaskingKeys keys, String domain) {
        return new DigitsMasker(form, true, keys, domain);
    }

    /// Text that is mostly digits; words with a digit among them would come through unmasked.
    static boolean looksLikeDigits(byte[] bytes, int start, int length) {
        int digits = 0;
        int letters = 0;
        for (int at = start; at < start + length; at++) {
            byte each = bytes[at];
            if (each >= '0' && each <= '9') {
                digits++;
            } else if (((each | 0x20) >= 'a' && (each | 0x20) <= 'z') || each < 0) {
                letters++;
            }
        }
        return digits > 0 && digits >= letters;
    }

    /// 5 to 15 digits (ITU-T E.164 has no more) and what people write between them.
    static boolean looksLikePhone(byte[] bytes, int start, int length) {
        int digits = 0;
        for (int at = start; at < start + length; at++) {
            byte each = bytes[at];
            if (each >= '0' && each <= '9') {
                digits++;
            } else if (each == '+' ? at > start : !isPhoneSeparator(each)) {
                return false;
            }
        }
        return digits >= 5 && digits <= 15;
    }

    private static boolean isPhoneSeparator(byte each) {
        // Shifts look at six bits only, so what is beyond '?' needs its own test.
        return (each & ~63) == 0 && (PHONE_SEPARATORS >>> each & 1) != 0;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        ColumnValues values = canonical.of(in);
        int count = values.count();
        if (sizes.length < count) {
            allocate(count);
        }
        long present = 0;
        for (int i = 0; i < count; i++) {
            read(values, i);
            if (sizes[i] >= SHORTEST_FF1 && sizes[i] <= Ff1.LONGEST) {
                present |= 1L << sizes[i];
            } else if (sizes[i] > 0 && sizes[i] < SHORTEST_FF1) {
                lookUp(i);
            }
        }
        for (; present != 0; present &= present - 1) {
            encrypt(Long.numberOfTrailingZeros(present), count);
        }
        for (int i = 0; i < count; i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else {
                write(in, values, i, out);
            }
        }
    }

    private void allocate(int count) {
        sizes = new int[count];
        classes = new int[count];
        kept = new int[count];
        fractions = new boolean[count];
        heads = new long[count];
        tails = new long[count];
        group = new int[count];
        groupHeads = new long[count];
        groupTails = new long[count];
    }

    /// Finds how many digits of a value are to be permuted, their class and their two halves.
    private void read(ColumnValues values, int i) {
        byte[] bytes = values.bytes();
        int start = values.start(i);
        int end = start + values.length(i);
        int all = 0;
        int first = end;
        long number = 0;
        for (int at = start; at < end; at++) {
            if (isDigit(bytes[at])) {
                first = all++ == 0 ? at : first;
                number = number * 10 + (bytes[at] - '0');
            }
        }
        if (all == 0) {
            sizes[i] = 0;
            return;
        }
        int keep = keptDigits(bytes, start, end, first, all);
        int n = all - keep;
        kept[i] = keep;
        sizes[i] = n;
        fractions[i] = form == ValueForm.NUMERIC && hasFraction(bytes, start, end);
        classes[i] = keep > 0 ? FREE : bytes[start] == '-' ? NEGATIVE_SMALL : SMALL;
        if (all < LONGEST_BOUNDED) {
            long permuted = keep == 0 ? number : number % POWER[n];
            long power = POWER[n - n / 2];
            heads[i] = permuted / power;
            tails[i] = permuted - heads[i] * power;
        } else if (n <= Ff1.LONGEST) {
            readHalves(bytes, first, end, i);
        }
        if (keep == 0 && limit(n) != 0 && !isInClass(n, classes[i], heads[i], tails[i])) {
            classes[i]++;
        }
    }

    /// Reads a numeral that is too long for one number.
    private void readHalves(byte[] bytes, int first, int end, int i) {
        long head = 0;
        long tail = 0;
        int seen = -kept[i];
        int half = sizes[i] / 2;
        for (int at = first; at < end; at++) {
            if (isDigit(bytes[at])) {
                if (seen >= half) {
                    tail = tail * 10 + (bytes[at] - '0');
                } else if (seen >= 0) {
                    head = head * 10 + (bytes[at] - '0');
                }
                seen++;
            }
        }
        heads[i] = head;
        tails[i] = tail;
    }

    private int keptDigits(byte[] bytes, int start, int end, int first, int all) {
        if (phone && bytes[start] == '+') {
            return Math.min(all - 2, countryCode(bytes, first, end));
        }
        return bytes[first] == '0' && all > 1 ? 1 : 0;
    }

    /// Digits of the country code, after ITU-T's list: 1 and 7 alone, 44 pairs, all others three.
    private static int countryCode(byte[] bytes, int first, int end) {
        int one = bytes[first] - '0';
        if (one == 1 || one == 7) {
            return 1;
        }
        int next = first + 1;
        while (next < end && !isDigit(bytes[next])) {
            next++;
        }
        if (next == end) {
            return 1;
        }
        return switch (10 * one + bytes[next] - '0') {
            case 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49 -> 2;
            case 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66 -> 2;
            case 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98 -> 2;
            default -> 3;
        };
    }

    private void lookUp(int i) {
        int n = sizes[i];
        int from = (int) FROM[n][classes[i]];
        int size = (int) TO[n][classes[i]] - from + 1;
        Permutation table = tables[n][classes[i]];
        if (table == null) {
            table = keys.permutation(domain, "digits/%d/%d".formatted(from, size), size);
            tables[n][classes[i]] = table;
        }
        long tailPower = POWER[n - n / 2];
        int number = (int) (heads[i] * tailPower + tails[i]) - from;
        if (number < 0) { // "-0", which has no place among the negative numbers of one digit
            return;
        }
        int masked;
        do {
            number = table.apply(number);
            masked = from + number;
        } while (fractions[i] && masked % 10 == 0);
        heads[i] = masked / tailPower;
        tails[i] = masked % tailPower;
    }

    private void encrypt(int n, int count) {
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (sizes[i] == n) {
                group[left] = i;
                groupHeads[left] = heads[i];
                groupTails[left++] = tails[i];
            }
        }
        while (left > 0) {
            ff1.encrypt(n, groupHeads, groupTails, left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                int i = group[k];
                boolean ended = !fractions[i] || groupTails[k] % 10 != 0;
                if (ended && isInClass(n, classes[i], groupHeads[k], groupTails[k])) {
                    heads[i] = groupHeads[k];
                    tails[i] = groupTails[k];
                } else {
                    group[still] = i;
                    groupHeads[still] = groupHeads[k];
                    groupTails[still++] = groupTails[k];
                }
            }
            left = still;
        }
    }

    private static boolean isInClass(int n, int valueClass, long head, long tail) {
        if (valueClass == FREE) {
            return true;
        }
        if (n > LONGEST_BOUNDED) {
            return head >= POWER[n / 2 - 1];
        }
        long number = head * POWER[n - n / 2] + tail;
        return Long.compareUnsigned(number, FROM[n][valueClass]) >= 0
                && Long.compareUnsigned(number, TO[n][valueClass]) <= 0;
    }

    private void write(ColumnValues in, ColumnValues values, int i, MaskedValues out) {
        int length = values.length(i);
        if (form == ValueForm.TEXT) {
            writeText(values, i, out);
            return;
        }
        if (sizes[i] == 0) { // NaN or an infinity
            out.append(in.bytes(), in.start(i), in.length(i));
            return;
        }
        text.resetAndTrim();
        writeText(values, i, text);
        byte[] masked = text.bytes();
        switch (form) {
            case INT2 -> {
                Bytes.SHORT.set(
                        out.reserve(2), out.position(), (short) Decimals.parse(masked, 0, length));
                out.commit(2);
            }
            case INT4 -> {
                Bytes.INT.set(
                        out.reserve(4), out.position(), (int) Decimals.parse(masked, 0, length));
                out.commit(4);
            }
            case INT8 -> {
                Bytes.LONG.set(out.reserve(8), out.position(), Decimals.parse(masked, 0, length));
                out.commit(8);
            }
            default -> Decimals.textToNumeric(masked, 0, length, out);
        }
    }

    private static boolean hasFraction(byte[] decimal, int start, int end) {
        for (int at = start; at < end; at++) {
            if (decimal[at] == '.') {
                return true;
            }
        }
        return false;
    }

    private void writeText(ColumnValues values, int i, MaskedValues out) {
        byte[] bytes = values.bytes();
        int start = values.start(i);
        int length = values.length(i);
        int n = sizes[i];
        byte[] to = out.reserve(length);
        int position = out.position();
        System.arraycopy(bytes, start, to, position, length);
        if (n > Ff1.LONGEST) {
            writeLong(encryptLong(bytes, start, length, i), to, position + length);
        } else {
            // From the end, so that the kept digits in front stay.
            long number = tails[i];
            for (int at = position + length - 1, left = n; left > 0; at--) {
                if (isDigit(to[at])) {
                    if (left == n / 2) {
                        number = heads[i];
                    }
                    long tenth = number / 10;
                    to[at] = (byte) ('0' + (number - tenth * 10));
                    number = tenth;
                    left--;
                }
            }
        }
        out.commit(length);
    }

    private static void writeLong(byte[] numeral, byte[] to, int end) {
        for (int at = end - 1, left = numeral.length; left > 0; at--) {
            if (isDigit(to[at])) {
                to[at] = (byte) ('0' + numeral[--left]);
            }
        }
    }

    private byte[] encryptLong(byte[] bytes, int start, int length, int i) {
        byte[] numeral = new byte[sizes[i]];
        int seen = -kept[i];
        for (int at = start; at < start + length; at++) {
            if (isDigit(bytes[at]) && seen++ >= 0) {
                numeral[seen - 1] = (byte) (bytes[at] - '0');
            }
        }
        do {
            ff1.encryptLong(numeral, 0, numeral.length);
        } while ((classes[i] != FREE && numeral[0] == 0)
                || (fractions[i] && numeral[numeral.length - 1] == 0));
        return numeral;
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }

    /// The largest number of an integer type that has `n` digits, or 0.
    private static long limit(int n) {
        return switch (n) {
            case 5 -> Short.MAX_VALUE;
            case 10 -> Integer.MAX_VALUE;
            case 19 -> Long.MAX_VALUE;
            default -> 0;
        };
    }

    /// Of ten; the last one only as an unsigned number.
    private static long[] powers() {
        long[] powers = new long[LONGEST_BOUNDED + 1];
        Arrays.fill(powers, 1);
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
