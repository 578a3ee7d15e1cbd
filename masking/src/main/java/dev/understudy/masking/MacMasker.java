package dev.understudy.masking;

import org.jspecify.annotations.Nullable;

/// Permutes hardware addresses (EUI-48): all of an address but the bits that say multicast and
/// locally administered, or only what its vendor numbered.
///
/// Of eight octets (EUI-64), the outer six are one of these. The two between them say by `ff:fe`
/// that it is nothing more, and stay then; others become others.
///
/// A text keeps its layout. One in upper case becomes another one in upper case; to be sure that it
/// is seen, one with a letter: so spellings of different case never meet.
final class MacMasker implements ColumnMasker {
    private static final int VENDOR_SHIFT = 24;
    private static final long VENDOR_NUMBERED = (1L << VENDOR_SHIFT) - 1;

    /// The first octet's two bits stand between its other six and the other octets.
    private static final int FLAGS_SHIFT = 40;

    private static final long BELOW_FLAGS = (1L << FLAGS_SHIFT) - 1;
    private static final long FLAGS = 3L << FLAGS_SHIFT;

    /// The middle octets of an EUI-64 that was an EUI-48.
    private static final int NOTHING_BETWEEN = 0xFFFE;

    private final ValueForm form;
    private final boolean keepsVendor;
    private final RangePermutation permutation;
    private final @Nullable Permutation between;
    private long[] addresses = new long[0];
    private long[] numbers = new long[0];
    private int[] places = new int[0];
    private boolean[] upper = new boolean[0];

    MacMasker(ValueForm form, boolean keepsVendor, MaskingKeys keys, String domain) {
        this.form = form;
        this.keepsVendor = keepsVendor;
        this.between =
                form == ValueForm.MACADDR8 ? keys.permutation(domain, "eui-64", 0xFFFF) : null;
        this.permutation =
                new RangePermutation(keys, domain, keepsVendor ? VENDOR_NUMBERED + 1 : 1L << 46);
    }

    /// Twelve hexadecimal digits of one case: alone, in pairs behind `:` or `-`, or in threes of
    /// four behind `.`.
    static boolean isAddress(byte[] bytes, int start, int length) {
        int group = length == 12 ? 12 : length == 14 ? 4 : 2;
        if (length != 12 && length != 14 && length != 17) {
            return false;
        }
        byte separator = bytes[start + 2];
        if (length == 17 && separator != ':' && separator != '-') {
            return false;
        }
        boolean upper = false;
        boolean lower = false;
        for (int i = 0; i < length; i++) {
            byte each = bytes[start + i];
            if (i % (group + 1) == group) {
                if (each != (length == 14 ? '.' : separator)) {
                    return false;
                }
            } else if (Hex.digit(each) < 0) {
                return false;
            }
            upper |= each >= 'A' && each <= 'F';
            lower |= each >= 'a';
        }
        return !(upper && lower);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        if (addresses.length < in.count()) {
            addresses = new long[in.count()];
            numbers = new long[in.count()];
            places = new int[in.count()];
            upper = new boolean[in.count()];
        }
        int count = 0;
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) > 0) {
                read(in, i);
                places[count++] = i;
            }
        }
        permute(count);
        for (int i = 0; i < in.count(); i++) {
            int place = out.position();
            out.append(in, i);
            if (in.length(i) > 0) {
                write(i, out.bytes(), place, in.length(i));
            }
        }
    }

    private void read(ColumnValues in, int i) {
        if (form != ValueForm.TEXT) {
            readOctets(in.bytes(), in.start(i), in.length(i), i);
            return;
        }
        long address = 0;
        upper[i] = false;
        for (int at = in.start(i); at < in.start(i) + in.length(i); at++) {
            byte each = in.bytes()[at];
            if (Hex.digit(each) >= 0) {
                address = address << 4 | Hex.digit(each);
                upper[i] |= each >= 'A' && each <= 'F';
            }
        }
        addresses[i] = address;
    }

    private void readOctets(byte[] bytes, int start, int length, int i) {
        long address = 0;
        for (int k = 0; k < 6; k++) {
            address = address << 8 | (bytes[outer(start, length, k)] & 0xFF);
        }
        addresses[i] = address;
        upper[i] = false;
    }

    /// Where one of the first three or last three octets is.
    private static int outer(int start, int length, int k) {
        return start + (k < 3 ? k : length - 6 + k);
    }

    private void permute(int count) {
        for (int left = count; left > 0; ) {
            for (int k = 0; k < left; k++) {
                long address = addresses[places[k]];
                numbers[k] =
                        keepsVendor
                                ? address & VENDOR_NUMBERED
                                : address >>> 42 << FLAGS_SHIFT | (address & BELOW_FLAGS);
            }
            permutation.apply(numbers, left);
            int still = 0;
            for (int k = 0; k < left; k++) {
                int i = places[k];
                long number = numbers[k];
                addresses[i] =
                        keepsVendor
                                ? (addresses[i] & ~VENDOR_NUMBERED) | number
                                : number >>> FLAGS_SHIFT << 42
                                        | (addresses[i] & FLAGS)
                                        | (number & BELOW_FLAGS);
                if (upper[i] && !hasLetter(addresses[i])) {
                    places[still++] = i;
                }
            }
            left = still;
        }
    }

    private static boolean hasLetter(long address) {
        for (long rest = address; rest != 0; rest >>>= 4) {
            if ((rest & 15) > 9) {
                return true;
            }
        }
        return false;
    }

    private void write(int i, byte[] to, int start, int length) {
        if (form != ValueForm.TEXT) {
            writeOctets(addresses[i], to, start, length);
            return;
        }
        byte[] digits = upper[i] ? Hex.UPPER_DIGITS : Hex.DIGITS;
        long rest = addresses[i];
        for (int at = start + length - 1; at >= start; at--) {
            if (Hex.digit(to[at]) >= 0) {
                to[at] = digits[(int) rest & 15];
                rest >>>= 4;
            }
        }
    }

    private void writeOctets(long address, byte[] to, int start, int length) {
        for (int k = 0; k < 6; k++) {
            to[outer(start, length, k)] = (byte) (address >>> (40 - 8 * k));
        }
        if (between != null) {
            int middle = (short) Bytes.SHORT.get(to, start + 3) & 0xFFFF;
            if (middle != NOTHING_BETWEEN) {
                // 0xFFFF takes the number that is left out, and gives it back.
                int other = between.apply(middle == 0xFFFF ? NOTHING_BETWEEN : middle);
                Bytes.SHORT.set(to, start + 3, (short) (other == NOTHING_BETWEEN ? 0xFFFF : other));
            }
        }
    }
}
