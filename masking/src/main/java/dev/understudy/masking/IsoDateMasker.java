package dev.understudy.masking;

import java.util.Arrays;

/// Masks dates and timestamps that are written in text, such as a JSON document's `2024-02-29` and
/// `2024-02-29T12:30:00.000Z`, as columns of these types are masked, and writes them in the form in
/// which they came. A time is taken as it is written; its zone stays. What is neither is scrambled
/// and counted.
///
/// Source of the forms: ISO 8601 and RFC 3339, with `T` or a blank before the time.
final class IsoDateMasker implements ColumnMasker {
    private static final int DATE_LENGTH = 10;
    private static final int MOST_DECIMALS = 9;
    private static final int MICRO_DECIMALS = 6;

    private final Leaf dates;
    private final Leaf timestamps;
    private final Leaf misfits;
    private Leaf[] leaves = new Leaf[0];

    /// How many bytes behind a timestamp's seconds are its decimals, with their point.
    private int[] decimals = new int[0];

    private long micros;
    private int secondsEnd;
    private int decimalsEnd;

    IsoDateMasker(ColumnMasker dates, ColumnMasker timestamps, ColumnMasker misfits) {
        this.dates = Leaf.of(dates);
        this.timestamps = Leaf.of(timestamps);
        this.misfits = Leaf.of(misfits);
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        dates.reset();
        timestamps.reset();
        misfits.reset();
        if (leaves.length < in.count()) {
            leaves = new Leaf[in.count()];
            decimals = new int[in.count()];
        }
        for (int i = 0; i < in.count(); i++) {
            if (in.length(i) > 0) {
                gather(in.bytes(), in.start(i), in.length(i), i, out);
            }
        }
        dates.mask(out);
        timestamps.mask(out);
        misfits.mask(out);
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                out.appendNull();
            } else if (in.length(i) == 0) {
                out.commit(0);
            } else {
                write(in.bytes(), in.start(i), in.length(i), i, out);
            }
        }
    }

    private void gather(byte[] bytes, int start, int length, int i, MaskedValues out) {
        Leaf leaf = misfits;
        if (isDate(bytes, start, length)) {
            boolean timed = isTime(bytes, start + DATE_LENGTH, start + length);
            leaf = length == DATE_LENGTH ? dates : timed ? timestamps : misfits;
        }
        leaves[i] = leaf;
        if (leaf == dates) {
            Dates.writeDate(micros / Calendar.MICROS_PER_DAY, dates.gathered());
        } else if (leaf == timestamps) {
            decimals[i] = decimalsEnd - secondsEnd;
            Dates.writeTimestamp(micros, timestamps.gathered());
        } else {
            misfits.gathered().append(bytes, start, length);
            out.countUnfit();
        }
    }

    /// Whether a text begins with a day, which is in `micros` then.
    private boolean isDate(byte[] bytes, int start, int length) {
        boolean form =
                length >= DATE_LENGTH
                        && Bytes.isDigits(bytes, start, 4)
                        && bytes[start + 4] == '-'
                        && Bytes.isDigits(bytes, start + 5, 2)
                        && bytes[start + 7] == '-'
                        && Bytes.isDigits(bytes, start + 8, 2);
        if (!form) {
            return false;
        }
        int year = (int) Decimals.ofDigits(bytes, start, 4);
        int month = number(bytes, start + 5);
        int day = number(bytes, start + 8);
        if (month < 1 || month > 12 || day < 1 || day > 31) {
            return false;
        }
        long days = Calendar.day(year, month, day);
        micros = days * Calendar.MICROS_PER_DAY;
        return (Calendar.civil(days) & 31) == day;
    }

    /// Whether a time stands there, with or without seconds, their decimals and a zone; it is added
    /// to `micros`.
    private boolean isTime(byte[] bytes, int start, int end) {
        boolean form =
                end - start >= 6
                        && (bytes[start] == 'T' || bytes[start] == ' ')
                        && Bytes.isDigits(bytes, start + 1, 2)
                        && bytes[start + 3] == ':'
                        && Bytes.isDigits(bytes, start + 4, 2);
        if (!form) {
            return false;
        }
        int seconds = 0;
        secondsEnd = start + 6;
        if (end - secondsEnd >= 3
                && bytes[secondsEnd] == ':'
                && Bytes.isDigits(bytes, secondsEnd + 1, 2)) {
            seconds = number(bytes, secondsEnd + 1);
            secondsEnd += 3;
        }
        int hours = number(bytes, start + 1);
        int minutes = number(bytes, start + 4);
        long fraction = 0;
        decimalsEnd = secondsEnd;
        if (decimalsEnd < end && bytes[decimalsEnd] == '.') {
            decimalsEnd++;
            long unit = 100_000;
            while (decimalsEnd < end && Bytes.isDigits(bytes, decimalsEnd, 1)) {
                fraction += unit * (bytes[decimalsEnd++] - '0');
                unit /= 10;
            }
        }
        micros += ((hours * 60L + minutes) * 60 + seconds) * 1_000_000 + fraction;
        int digits = decimalsEnd - secondsEnd - 1;
        return hours < 24
                && minutes < 60
                && seconds < 60
                && digits != 0
                && digits <= MOST_DECIMALS
                && isZone(bytes, decimalsEnd, end);
    }

    private static boolean isZone(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length == 0) {
            return true;
        }
        if (length == 1) {
            return bytes[start] == 'Z' || bytes[start] == 'z';
        }
        boolean signed = bytes[start] == '+' || bytes[start] == '-';
        return signed
                && (length == 3 || length == 5 || (length == 6 && bytes[start + 3] == ':'))
                && Bytes.isDigits(bytes, start + 1, 2)
                && Bytes.isDigits(bytes, end - 2, 2);
    }

    private static int number(byte[] bytes, int at) {
        return 10 * (bytes[at] - '0') + bytes[at + 1] - '0';
    }

    private void write(byte[] bytes, int start, int length, int i, MaskedValues out) {
        Leaf leaf = leaves[i];
        MaskedValues masked = leaf.masked();
        int result = leaf.take();
        if (leaf == misfits || masked.length(result) < 0) {
            out.append(masked, result);
            return;
        }
        byte[] to = out.reserve(length + DATE_LENGTH); // years may become longer
        int at = out.position();
        if (leaf == dates) {
            int day = (int) Bytes.INT.get(masked.bytes(), masked.start(result));
            out.commit(Calendar.write(day, to, at));
            return;
        }
        long moved = (long) Bytes.LONG.get(masked.bytes(), masked.start(result));
        int next = at + Calendar.write(Math.floorDiv(moved, Calendar.MICROS_PER_DAY), to, at);
        System.arraycopy(bytes, start + DATE_LENGTH, to, next, length - DATE_LENGTH);
        writeTime(Math.floorMod(moved, Calendar.MICROS_PER_DAY), to, next + 1, decimals[i]);
        out.commit(next + length - DATE_LENGTH - at);
    }

    /// Writes a time over another one, as far as that goes.
    private static void writeTime(long time, byte[] to, int at, int decimals) {
        long seconds = time / 1_000_000;
        Decimals.writeDigits(seconds / 3600, 2, to, at);
        Decimals.writeDigits(seconds / 60 % 60, 2, to, at + 3);
        int next = at + 5;
        if (to[next] == ':') {
            Decimals.writeDigits(seconds % 60, 2, to, next + 1);
            next += 3;
        }
        if (decimals > 0) {
            int shown = Math.min(decimals - 1, MICRO_DECIMALS);
            long fraction = time % 1_000_000 / Decimals.POWERS[MICRO_DECIMALS - shown];
            Decimals.writeDigits(fraction, shown, to, next + 1);
            Arrays.fill(to, next + 1 + shown, next + decimals, (byte) '0');
        }
    }
}
