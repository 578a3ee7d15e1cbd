package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/// Addresses and accounts that begin with masked names of the row,
/// `anna.keller.k3v9q2x7m4t6w5zb@example.org`: the number behind them, which the value alone
/// decides, makes them unique.
final class NamedAccount extends RowAwareMasker {
    private static final int LONGEST_NAME = 16;

    private final char separator;
    private final Ending ending;
    private final int shortest;
    private final int room;
    private final Canonical canonical;
    private final Cmac cmac;
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];

    /// Writes what makes an account unique, and returns the place behind.
    @FunctionalInterface
    interface Ending {
        int put(long high, long low, byte[] to, int at);
    }

    /// @param separator behind each name
    /// @param shortest the most characters of the ending
    /// @param maxLength characters that the column holds, as many at least
    private NamedAccount(
            char separator, Ending ending, int shortest, int maxLength, ValueForm form, Cmac cmac) {
        this.separator = separator;
        this.ending = ending;
        this.shortest = shortest;
        this.room = Math.min(maxLength, 1 << 10) - shortest;
        this.canonical = new Canonical(form);
        this.cmac = cmac;
    }

    /// @param maxLength {@link Writers#SHORTEST_EMAIL} at least
    static NamedAccount email(int maxLength, ValueForm form, Cmac cmac) {
        return new NamedAccount(
                '.', Writers::putAddress, Writers.SHORTEST_EMAIL, maxLength, form, cmac);
    }

    /// @param maxLength one more than {@link ContactWriters#TOKEN} at least
    static NamedAccount username(char separator, int maxLength, ValueForm form, Cmac cmac) {
        Ending token =
                (high, low, to, at) -> Writers.putBase32(high, low, ContactWriters.TOKEN, to, at);
        return new NamedAccount(separator, token, ContactWriters.TOKEN, maxLength, form, cmac);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        ColumnValues values = canonical.of(in);
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(values, from, count, high, low);
            for (int i = 0; i < count; i++) {
                int length = in.length(from + i);
                if (length > 0) {
                    write(in, row, from + i, high[i], low[i], out);
                } else if (length == 0) {
                    out.commit(0);
                } else {
                    out.appendNull();
                }
            }
        }
    }

    private void write(
            ColumnValues in,
            RowContext row,
            int index,
            long tagHigh,
            long tagLow,
            MaskedValues out) {
        byte[] to = out.reserve(shortest + room);
        int begin = out.position();
        int at = ContactWriters.putAt(separator, in.bytes()[in.start(index)], to, begin);
        for (int column = 0; column < row.columns(); column++) {
            ColumnValues names = row.masked(column);
            int left = Math.min(LONGEST_NAME, room - (at - begin) - 1);
            int length = names.isNull(index) ? 0 : names.length(index);
            int end = at + putName(names.bytes(), names.start(index), length, left, to, at);
            if (end > at) {
                to[end] = (byte) separator;
                at = end + 1;
            }
        }
        out.commit(ending.put(tagHigh, tagLow, to, at) - begin);
    }

    /// Writes the letters and digits of a name in lower case, without their accents, `most` at
    /// most.
    private static int putName(byte[] name, int start, int length, int most, byte[] to, int at) {
        if (!Bytes.isAscii(name, start, length)) {
            String text = new String(name, start, length, StandardCharsets.UTF_8);
            byte[] bare =
                    Normalizer.normalize(text, Normalizer.Form.NFD)
                            .toLowerCase(Locale.ROOT)
                            .getBytes(StandardCharsets.UTF_8);
            return putLetters(bare, 0, bare.length, most, to, at);
        }
        return putLetters(name, start, length, most, to, at);
    }

    private static int putLetters(byte[] name, int start, int length, int most, byte[] to, int at) {
        int put = 0;
        for (int i = start; i < start + length && put < most; i++) {
            int each = name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i];
            if ((each >= 'a' && each <= 'z') || (each >= '0' && each <= '9')) {
                to[at + put++] = (byte) each;
            }
        }
        return put;
    }
}
