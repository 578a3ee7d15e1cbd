package dev.understudy.masking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Replaces numbers that people carry by other numbers of the same layout. The rank of a number in
/// its layout is permuted: by FF1 over as many bits as the ranks need, encrypted again until one of
/// them comes (cycle walking), or by a table where there are fewer than a million. Then the check
/// is written anew.
///
/// - Separators and the case of letters stay and do not matter, so `123-45-6789` and `123456789`
///   get the same pseudonym; a column of integers is read as if the zeros in front were there.
/// - A wrong check stays as wrong as it was: as far from the right one. So right ones become right,
///   wrong ones wrong, and no two numbers equal.
/// - What fits no layout is counted, and goes the way of `digits`, or of `text-scramble` if it
///   holds letters, until the result fits no layout either.
final class CarriedNumberMasker implements ColumnMasker {
    private static final int STRIDE = NumberFormat.LONGEST;
    private static final int TABLE = 1_000_000;

    private final NumberFormat format;
    private final ValueForm form;
    private final boolean ignoresCase;
    private final MaskingKeys keys;
    private final String domain;
    private final Canonical canonical;
    private final Canonical canonicalAgain;
    private final Ff1 ff1;
    private @Nullable ColumnMasker misfitMasker;

    private byte[] symbols = new byte[0];
    private @Nullable Layout[] layouts = new @Nullable Layout[0];
    private boolean[] lower = new boolean[0];
    private int[] bits = new int[0];
    private int[] checks = new int[0];
    private int[] offsets = new int[0];
    private long[] sizeHighs = new long[0];
    private long[] sizeLows = new long[0];
    private long[] heads = new long[0];
    private long[] tails = new long[0];
    private int[] group = new int[0];
    private long[] groupHeads = new long[0];
    private long[] groupTails = new long[0];
    private final boolean[] present = new boolean[Wide.BITS + 1];
    private final Wide rank = new Wide();
    private final Wide size = new Wide();

    private final ColumnValues pending = new ColumnValues();
    private final MaskedValues[] tries = {new MaskedValues(), new MaskedValues()};
    private final ColumnValues tried = new ColumnValues();
    private final MaskedValues settled = new MaskedValues();
    private int[] settledAt = new int[0];

    CarriedNumberMasker(
            NumberFormat format, ColumnProfile column, MaskingKeys keys, String domain) {
        this.format = format;
        this.form = column.form();
        this.ignoresCase = FoldedMasker.ignoresCase(column);
        this.keys = keys;
        this.domain = domain;
        this.canonical = new Canonical(form);
        this.canonicalAgain = new Canonical(form);
        this.ff1 = Ff1.of(keys, domain, 2);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        ColumnValues values = canonical.of(in);
        int count = values.count();
        if (layouts.length <= count) {
            allocate(count + 1);
        }
        int misfits = 0;
        for (int i = 0; i < count; i++) {
            bits[i] = -1;
            if (values.length(i) > 0) {
                if (read(values, i, i)) {
                    present[bits[i]] = true;
                } else {
                    misfits++;
                }
            }
        }
        for (int n = 0; n < present.length; n++) {
            if (present[n]) {
                present[n] = false;
                permute(n, count);
            }
        }
        if (misfits > 0) {
            maskMisfits(in, values);
        }
        for (int i = 0; i < count; i++) {
            if (values.isNull(i)) {
                out.appendNull();
            } else if (values.length(i) == 0) {
                out.commit(0);
            } else if (bits[i] >= 0) {
                write(values, i, out);
            } else {
                out.append(settled, settledAt[i]);
                out.countUnfit();
            }
        }
    }

    private void allocate(int count) {
        symbols = new byte[count * STRIDE];
        layouts = new @Nullable Layout[count];
        lower = new boolean[count];
        bits = new int[count];
        checks = new int[count];
        offsets = new int[count];
        sizeHighs = new long[count];
        sizeLows = new long[count];
        heads = new long[count];
        tails = new long[count];
        group = new int[count];
        groupHeads = new long[count];
        groupTails = new long[count];
        settledAt = new int[count];
    }

    /// Reads a value to a place of the arrays.
    ///
    /// @return false if it fits no layout
    private boolean read(ColumnValues values, int i, int place) {
        int at = place * STRIDE;
        int length = readSymbols(values.bytes(), values.start(i), values.length(i), place);
        if (length <= 0) {
            return false;
        }
        Layout layout = format.read(symbols, at, length, rank, size);
        if (layout == null || (lower[place] && !showsCase(layout, at))) {
            return false;
        }
        layouts[place] = layout;
        int check = layout.check(symbols, at);
        checks[place] = check;
        offsets[place] = check < 0 ? 0 : layout.checkOffset(check, symbols, at);
        sizeHighs[place] = size.high;
        sizeLows[place] = size.low;
        if (size.high == 0 && size.low >= 0 && size.low < TABLE) {
            bits[place] = 0;
            tails[place] = rank.low;
            return true;
        }
        long last = size.low - 1;
        long lastHigh = size.low == 0 ? size.high - 1 : size.high;
        int n =
                lastHigh == 0
                        ? 64 - Long.numberOfLeadingZeros(last)
                        : 128 - Long.numberOfLeadingZeros(lastHigh);
        int tailBits = n - n / 2;
        bits[place] = n;
        heads[place] = (rank.high << (64 - tailBits)) | (rank.low >>> tailBits);
        tails[place] = rank.low & ((1L << tailBits) - 1);
        return true;
    }

    /// Collects the digits, and the letters as capitals.
    ///
    /// @return how many, or -1 if there are other characters, too many, or capitals beside others
    private int readSymbols(byte[] bytes, int start, int length, int place) {
        int at = place * STRIDE;
        int found = 0;
        boolean capitals = false;
        boolean small = false;
        boolean separated = true;
        for (int i = start; i < start + length; i++) {
            byte each = bytes[i];
            if (isSeparator(each)) {
                if (found == 0 || form != ValueForm.TEXT) {
                    return -1;
                }
                separated = true;
                continue;
            }
            separated = false;
            if (found == STRIDE) {
                return -1;
            }
            if (each >= 'a' && each <= 'z') {
                small = true;
                each = (byte) (each & ~0x20);
            } else if (each >= 'A' && each <= 'Z') {
                capitals = true;
            } else if (each < '0' || each > '9') {
                return -1;
            }
            symbols[at + found++] = each;
        }
        if (separated || (capitals && small)) {
            return -1;
        }
        lower[place] = small;
        return form == ValueForm.TEXT ? found : padded(found, at);
    }

    private int padded(int found, int at) {
        int missing = format.integerDigits() - found;
        if (missing > 0) {
            System.arraycopy(symbols, at, symbols, at + missing, found);
            Arrays.fill(symbols, at, at + missing, (byte) '0');
            return format.integerDigits();
        }
        return found > mostDigits() ? -1 : found;
    }

    private int mostDigits() {
        return form == ValueForm.INT4 ? 9 : form == ValueForm.INT8 ? 18 : STRIDE;
    }

    private static boolean isSeparator(byte each) {
        return each == ' ' || each == '-' || each == '.' || each == '/' || each == '+';
    }

    /// Whether the result surely has a letter, too, which shows that it is a small one.
    private boolean showsCase(Layout layout, int at) {
        if (ignoresCase) {
            return true;
        }
        for (int i = 0; i < layout.length(); i++) {
            if (symbols[at + i] > '9' && !layout.mayChangeKind(i)) {
                return true;
            }
        }
        return false;
    }

    private void permute(int n, int count) {
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (bits[i] == n) {
                if (n == 0) {
                    lookUp(i);
                } else {
                    group[left] = i;
                    groupHeads[left] = heads[i];
                    groupTails[left++] = tails[i];
                }
            }
        }
        int tailBits = n - n / 2;
        while (left > 0) {
            ff1.encrypt(n, groupHeads, groupTails, left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                long high = groupHeads[k] >>> (64 - tailBits);
                long low = (groupHeads[k] << tailBits) | groupTails[k];
                if (!settle(group[k], high, low)) {
                    group[still] = group[k];
                    groupHeads[still] = groupHeads[k];
                    groupTails[still++] = groupTails[k];
                }
            }
            left = still;
        }
    }

    private void lookUp(int i) {
        int numbers = (int) sizeLows[i];
        Permutation table = keys.permutation(domain, "number/" + numbers, numbers);
        int number = (int) tails[i];
        do {
            number = table.apply(number);
        } while (!settle(i, 0, number));
    }

    /// Writes the number of a rank to the symbols, if there is one that has a check if the original
    /// has one.
    private boolean settle(int i, long high, long low) {
        int above = Long.compareUnsigned(high, sizeHighs[i]);
        if (above > 0 || (above == 0 && Long.compareUnsigned(low, sizeLows[i]) >= 0)) {
            return false;
        }
        Layout layout = layouts[i];
        int at = i * STRIDE;
        rank.set(high, low);
        if (layout == null || !layout.write(rank, symbols, at)) {
            return false;
        }
        int check = layout.check(symbols, at);
        if ((check < 0) != (checks[i] < 0)) {
            return false;
        }
        if (check >= 0) {
            layout.writeCheck(check, offsets[i], symbols, at);
        }
        return true;
    }

    private void write(ColumnValues values, int i, MaskedValues out) {
        int at = i * STRIDE;
        switch (form) {
            case INT4 -> {
                int number = (int) CheckDigits.number(symbols, at, length(i));
                Bytes.INT.set(out.reserve(4), out.position(), number);
                out.commit(4);
            }
            case INT8 -> {
                long number = CheckDigits.number(symbols, at, length(i));
                Bytes.LONG.set(out.reserve(8), out.position(), number);
                out.commit(8);
            }
            case NUMERIC -> Decimals.textToNumeric(symbols, at, length(i), out);
            default -> writeText(values, i, out);
        }
    }

    private int length(int i) {
        Layout layout = layouts[i];
        return layout == null ? 0 : layout.length();
    }

    private void writeText(ColumnValues values, int i, MaskedValues out) {
        byte[] bytes = values.bytes();
        int start = values.start(i);
        int length = values.length(i);
        byte[] to = out.reserve(length);
        int position = out.position();
        int next = i * STRIDE;
        int small = lower[i] ? 'a' - 'A' : 0;
        for (int k = 0; k < length; k++) {
            byte each = bytes[start + k];
            if (!isSeparator(each)) {
                each = symbols[next++];
                each = (byte) (each > '9' ? each + small : each);
            }
            to[position + k] = each;
        }
        out.commit(length);
    }

    /// Masks what fits no layout, again and again while the result does.
    private void maskMisfits(ColumnValues in, ColumnValues values) {
        ColumnMasker masker = misfitMasker;
        if (masker == null) {
            masker = plain(form, keys, domain);
            misfitMasker = masker;
        }
        int left = 0;
        pending.reset(in.bytes(), in.count());
        for (int i = 0; i < in.count(); i++) {
            if (bits[i] < 0 && values.length(i) > 0) {
                pending.add(in.start(i), in.length(i));
                group[left++] = i;
            }
        }
        settled.resetAndTrim();
        for (int round = 0; left > 0; round++) {
            MaskedValues masked = tries[round % 2];
            masked.resetAndTrim();
            masker.mask(pending, masked);
            ColumnValues read = canonicalAgain.of(masked.view(tried));
            pending.reset(masked.bytes(), left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                if (read(read, k, in.count())) {
                    pending.add(masked.start(k), masked.length(k));
                    group[still++] = group[k];
                } else {
                    settledAt[group[k]] = settled.count();
                    settled.append(masked, k);
                }
            }
            left = still;
        }
    }

    /// `digits` for what holds no letters, and `text-scramble` for what does: each gives a result
    /// of its own kind.
    static ColumnMasker plain(ValueForm form, MaskingKeys keys, String domain) {
        DigitsMasker digits = DigitsMasker.digits(form, keys, domain);
        if (form != ValueForm.TEXT) {
            return digits;
        }
        FitMasker either =
                new FitMasker(
                        CarriedNumberMasker::hasNoLetters,
                        digits,
                        () -> new ScrambleMasker(keys, domain));
        MaskedValues scratch = new MaskedValues();
        return (in, out) -> {
            scratch.resetAndTrim();
            either.mask(in, scratch);
            for (int i = 0; i < scratch.count(); i++) {
                out.append(scratch, i); // the letters alone are no misfits
            }
        };
    }

    private static boolean hasNoLetters(byte[] bytes, int start, int length) {
        for (int at = start; at < start + length; at++) {
            byte each = bytes[at];
            if (each < 0 || ((each | 0x20) >= 'a' && (each | 0x20) <= 'z')) {
                return false;
            }
        }
        return true;
    }
}
