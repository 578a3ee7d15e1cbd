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

    private static final byte DIGIT = 1;
    private static final byte LETTER = 2;
    private static final byte PHONE_SEPARATOR = 4;

    /// What each byte is; those beyond ASCII count as letters.
    private static final byte[] KINDS = kinds();

    private static final int SHORTEST_WORD = 3;
    private static final int SHORTEST_FF1 = 6;
    private static final int LONGEST_BOUNDED = 19;
    private static final long[] POWER = Decimals.POWERS;
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

    /// The digits of a value that has other characters, too, one behind the other.
    private byte[] gathered = new byte[Ff1.LONGEST];

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

    /// Text that is mostly digits, and has no word: words would come through unmasked. Three
    /// letters are one unless all are capitals of ASCII, as those before a number mostly are.
    static boolean looksLikeDigits(byte[] bytes, int start, int length) {
        if (Bytes.isDigits(bytes, start, length)) {
            return length > 0;
        }
        int digits = 0;
        int letters = 0;
        int together = 0;
        boolean small = false;
        for (int at = start; at < start + length; at++) {
            byte kind = KINDS[bytes[at] & 0xFF];
            digits += kind & DIGIT;
            if (kind == LETTER) {
                letters++;
                together++;
                small |= bytes[at] < 0 || bytes[at] >= 'a';
                if (small && together >= SHORTEST_WORD) {
                    return false;
                }
            } else {
                together = 0;
                small = false;
            }
        }
        return digits > 0 && digits >= letters;
    }

    /// 5 to 15 digits (ITU-T E.164 has no more) and what people write between them.
    static boolean looksLikePhone(byte[] bytes, int start, int length) {
        int digits = 0;
        int others = 0;
        for (int at = start; at < start + length; at++) {
            byte kind = KINDS[bytes[at] & 0xFF];
            digits += kind & DIGIT;
            others += kind == 0 || kind == LETTER ? 1 : 0;
        }
        if (length > 0 && bytes[start] == '+') {
            others--;
        }
        return others == 0 && digits >= 5 && digits <= 15;
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        Arrays.fill(kinds, '0', '9' + 1, DIGIT);
        Arrays.fill(kinds, 'A', 'Z' + 1, LETTER);
        Arrays.fill(kinds, 'a', 'z' + 1, LETTER);
        Arrays.fill(kinds, 0x80, 0x100, LETTER);
        for (char separator : " -().,/".toCharArray()) {
            kinds[separator] = PHONE_SEPARATOR;
        }
        return kinds;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        boolean late = form == ValueForm.TEXT; // text of plain digits is canonical as it is
        ColumnValues values = late || form.isInteger() ? in : canonical.of(in);
        int count = values.count();
        if (sizes.length < count) {
            allocate(count);
        }
        long present = 0;
        int encrypted = 0;
        for (int i = 0; i < count; i++) {
            if (values.length(i) <= 0) {
                sizes[i] = 0;
            } else if (form.isInteger()) {
                read(Integers.read(form, values.bytes(), values.start(i)), i);
            } else if (!readPlain(values.bytes(), values.start(i), values.length(i), i)) {
                if (late) {
                    values = canonical.of(in);
                    late = false;
                }
                read(values, i);
            }
            if (sizes[i] >= SHORTEST_FF1 && sizes[i] <= Ff1.LONGEST) {
                present |= 1L << sizes[i];
                encrypted++;
            } else if (sizes[i] > 0 && sizes[i] < SHORTEST_FF1) {
                lookUp(i);
            }
        }
        boolean alike = encrypted == count && Long.bitCount(present) == 1;
        for (; present != 0; present &= present - 1) {
            encrypt(Long.numberOfTrailingZeros(present), alike, count);
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

    /// Notes how many digits of an integer there are, their class and their two halves.
    private void read(long number, int i) {
        long magnitude = Math.abs(number); // of the smallest one 2^63, as an unsigned number
        int n = magnitude < 0 ? LONGEST_BOUNDED : Decimals.digits(magnitude);
        long power = POWER[n - n / 2];
        sizes[i] = n;
        kept[i] = 0;
        fractions[i] = false;
        heads[i] = Long.divideUnsigned(magnitude, power);
        tails[i] = magnitude - heads[i] * power;
        classes[i] = classOf(n, number < 0, i);
    }

    /// The same of what most columns hold: text of 2 to 16 digits and nothing else, the first of
    /// them no zero. False of anything else, and near the end of the bytes.
    private boolean readPlain(byte[] bytes, int start, int n, int i) {
        int half = n / 2;
        if (n < 2
                || n > 2 * Long.BYTES
                || start + half + Long.BYTES > bytes.length
                || bytes[start] == '0') {
            return false;
        }
        long head = Decimals.readEight(bytes, start, half);
        long tail = Decimals.readEight(bytes, start + half, n - half);
        if (!Bytes.areDigits(head) || !Bytes.areDigits(tail)) {
            return false;
        }
        sizes[i] = n;
        kept[i] = 0;
        fractions[i] = false;
        heads[i] = Decimals.eight(head);
        tails[i] = Decimals.eight(tail);
        classes[i] = classOf(n, false, i);
        return true;
    }

    /// Finds how many digits of a value are to be permuted, their class and their two halves.
    private void read(ColumnValues values, int i) {
        byte[] bytes = values.bytes();
        int start = values.start(i);
        int length = values.length(i);
        byte[] digits = bytes;
        int first = start;
        int all = length;
        if (!Bytes.isDigits(bytes, start, length)) {
            all = gather(bytes, start, length);
            digits = gathered;
            first = 0;
        }
        int keep = all == 0 ? 0 : keptDigits(bytes[start], digits, first, all);
        int n = all - keep;
        sizes[i] = n;
        kept[i] = keep;
        fractions[i] = form == ValueForm.NUMERIC && hasFraction(bytes, start, start + length);
        if (n > 0 && n <= Ff1.LONGEST) {
            heads[i] = Decimals.ofDigits(digits, first + keep, n / 2);
            tails[i] = Decimals.ofDigits(digits, first + keep + n / 2, n - n / 2);
        }
        classes[i] = keep > 0 ? FREE : classOf(n, bytes[start] == '-', i);
    }

    private int classOf(int n, boolean negative, int i) {
        int small = negative ? NEGATIVE_SMALL : SMALL;
        return limit(n) == 0 || isInClass(n, small, heads[i], tails[i]) ? small : small + 1;
    }

    /// Copies the digits of a value to the start of `gathered`, and says how many there are.
    private int gather(byte[] bytes, int start, int length) {
        if (gathered.length <= length) {
            gathered = new byte[length + 1];
        }
        int count = 0;
        for (int at = start; at < start + length; at++) {
            byte each = bytes[at];
            gathered[count] = each; // written over if it is no digit
            count += KINDS[each & 0xFF] & DIGIT;
        }
        return count;
    }

    private int keptDigits(byte lead, byte[] digits, int first, int all) {
        if (phone && lead == '+') {
            return Math.min(all - 2, countryCode(digits, first, all));
        }
        return digits[first] == '0' && all > 1 ? 1 : 0;
    }

    /// Digits of the country code, after ITU-T's list: 1 and 7 alone, 44 pairs, all others three.
    private static int countryCode(byte[] digits, int first, int all) {
        int one = digits[first] - '0';
        if (one == 1 || one == 7 || all == 1) {
            return 1;
        }
        return switch (10 * one + digits[first + 1] - '0') {
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

    /// @param all whether every value has so many digits
    private void encrypt(int n, boolean all, int count) {
        int left = 0;
        if (all) {
            ff1.encrypt(n, heads, tails, count);
            for (int i = 0; i < count; i++) {
                if (!isDone(n, i)) {
                    left = join(i, left);
                }
            }
        } else {
            for (int i = 0; i < count; i++) {
                if (sizes[i] == n) {
                    left = join(i, left);
                }
            }
        }
        while (left > 0) {
            ff1.encrypt(n, groupHeads, groupTails, left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                int i = group[k];
                heads[i] = groupHeads[k];
                tails[i] = groupTails[k];
                if (!isDone(n, i)) {
                    still = join(i, still);
                }
            }
            left = still;
        }
    }

    /// Puts a value among those to be encrypted, and says how many they are.
    private int join(int i, int left) {
        group[left] = i;
        groupHeads[left] = heads[i];
        groupTails[left] = tails[i];
        return left + 1;
    }

    private boolean isDone(int n, int i) {
        return (!fractions[i] || tails[i] % 10 != 0)
                && isInClass(n, classes[i], heads[i], tails[i]);
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
        if (form == ValueForm.TEXT) {
            writeText(values, i, out);
        } else if (form.isInteger()) {
            long magnitude = heads[i] * POWER[sizes[i] - sizes[i] / 2] + tails[i];
            Integers.write(form, classes[i] < NEGATIVE_SMALL ? magnitude : -magnitude, out);
        } else if (sizes[i] == 0) { // NaN or an infinity
            out.append(in, i);
        } else {
            text.resetAndTrim();
            writeText(values, i, text);
            Decimals.textToNumeric(text.bytes(), 0, values.length(i), out);
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
        byte[] to = out.reserve(length + Long.BYTES);
        int position = out.position();
        boolean halves = n <= Ff1.LONGEST;
        if (kept[i] == 0 && n == length && n > 1 && n <= 2 * Long.BYTES) {
            Decimals.writeEight(heads[i], n / 2, to, position);
            Decimals.writeEight(tails[i], n - n / 2, to, position + n / 2);
        } else if (halves && kept[i] + n == length) {
            System.arraycopy(bytes, start, to, position, kept[i]);
            writeHalves(n, i, to, position + kept[i]);
        } else {
            System.arraycopy(bytes, start, to, position, length);
            if (halves) {
                writeHalves(n, i, gathered, 0);
            } else {
                encryptLong(bytes, start, length, i);
            }
            writeOver(gathered, n, to, position + length);
        }
        out.commit(length);
    }

    private void writeHalves(int n, int i, byte[] to, int at) {
        Decimals.writeDigits(heads[i], n / 2, to, at);
        Decimals.writeDigits(tails[i], n - n / 2, to, at + n / 2);
    }

    /// Writes digits over the last ones before `end`, so that the kept ones in front stay.
    private static void writeOver(byte[] digits, int count, byte[] to, int end) {
        for (int at = end - 1, left = count; left > 0; at--) {
            if (isDigit(to[at])) {
                to[at] = digits[--left];
            }
        }
    }

    /// Leaves the masked digits of a long value in `gathered`.
    private void encryptLong(byte[] bytes, int start, int length, int i) {
        int all = gather(bytes, start, length);
        byte[] numeral = Arrays.copyOfRange(gathered, kept[i], all);
        do {
            ff1.encryptLong(numeral, 0, numeral.length);
        } while ((classes[i] != FREE && numeral[0] == '0')
                || (fractions[i] && numeral[numeral.length - 1] == '0'));
        System.arraycopy(numeral, 0, gathered, 0, numeral.length);
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
}
