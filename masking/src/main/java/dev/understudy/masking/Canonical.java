package dev.understudy.masking;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/// Values in the form that the pseudorandom function reads, the same for every column type and
/// engine that can hold the value: text in NFC, numbers as plain decimals, dates in ISO form, UUIDs
/// in lower case, addresses in their shortest form. So integer 123 equals text '123' equals numeric
/// 123.00.
final class Canonical {
    private static final int MOST_DECIMALS = 6;
    private static final double LARGEST_SHORT = 1e15;

    private final ValueForm form;
    private final boolean daysOnly;
    private final NetworkAddress address = new NetworkAddress();
    private final MaskedValues text = new MaskedValues();
    private final ColumnValues view = new ColumnValues();

    Canonical(ValueForm form) {
        this(form, false);
    }

    private Canonical(ValueForm form, boolean daysOnly) {
        this.form = form;
        this.daysOnly = daysOnly;
    }

    /// Dates and timestamps without their time of day.
    static Canonical days(ValueForm form) {
        return new Canonical(form, true);
    }

    /// The canonical values, valid until the next call; `in` itself where it is canonical already.
    ColumnValues of(ColumnValues in) {
        if (isCanonical(in)) {
            return in;
        }
        text.resetAndTrim();
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                text.appendNull();
            } else {
                append(in.bytes(), in.start(i), in.length(i));
            }
        }
        return text.view(view);
    }

    private boolean isCanonical(ColumnValues in) {
        return switch (form) {
            case BYTES, HSTORE, COMPOSITE, OPAQUE -> true;
            case TEXT, ENUM, JSON, XML -> {
                for (int i = 0; i < in.count(); i++) {
                    if (!isComposed(in.bytes(), in.start(i), in.length(i))) {
                        yield false;
                    }
                }
                yield true;
            }
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, BOOL -> false;
            case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, UUID, JSONB -> false;
            case INET, CIDR, MACADDR, MACADDR8 -> false;
        };
    }

    private void append(byte[] bytes, int start, int length) {
        switch (form) {
            case TEXT, ENUM, JSON, XML -> appendText(bytes, start, length);
            case BYTES, HSTORE, COMPOSITE, OPAQUE -> text.append(bytes, start, length);
            case JSONB -> appendText(bytes, start + 1, length - 1);
            case INT2 -> appendLong((short) Bytes.SHORT.get(bytes, start));
            case INT4 -> appendLong((int) Bytes.INT.get(bytes, start));
            case INT8 -> appendLong((long) Bytes.LONG.get(bytes, start));
            case FLOAT4 -> {
                float number = Float.intBitsToFloat((int) Bytes.INT.get(bytes, start));
                appendDecimal(Float.toString(number));
            }
            case FLOAT8 -> {
                double number = Double.longBitsToDouble((long) Bytes.LONG.get(bytes, start));
                if (!appendShort(number)) {
                    appendDecimal(Double.toString(number));
                }
            }
            case NUMERIC -> Decimals.numericToText(bytes, start, text);
            case BOOL -> appendString(bytes[start] != 0 ? "true" : "false");
            case DATE -> appendDay((int) Bytes.INT.get(bytes, start), 0);
            case TIME -> {
                byte[] to = text.reserve(20);
                text.commit(
                        Calendar.writeTime(
                                (long) Bytes.LONG.get(bytes, start), to, text.position()));
            }
            case TIMESTAMP, TIMESTAMPTZ -> {
                long micros = (long) Bytes.LONG.get(bytes, start);
                appendDay(
                        Math.floorDiv(micros, Calendar.MICROS_PER_DAY),
                        Math.floorMod(micros, Calendar.MICROS_PER_DAY));
            }
            case INET, CIDR -> {
                address.read(form, bytes, start, length);
                byte[] to = text.reserve(NetworkAddress.LONGEST);
                text.commit(address.write(address.high(), address.low(), to, text.position()));
            }
            case MACADDR, MACADDR8 -> appendOctets(bytes, start, length);
            case UUID -> {
                Hex.writeUuid(
                        (long) Bytes.LONG.get(bytes, start),
                        (long) Bytes.LONG.get(bytes, start + 8),
                        text.reserve(36),
                        text.position());
                text.commit(36);
            }
        }
    }

    /// Midnight is left away, so that a date and a timestamp at its start are the same value.
    private void appendDay(long days, long micros) {
        byte[] to = text.reserve(40);
        int at = text.position();
        int length = Calendar.write(days, to, at);
        if (micros != 0 && !daysOnly) {
            to[at + length++] = 'T';
            length += Calendar.writeTime(micros, to, at + length);
        }
        text.commit(length);
    }

    /// `08:00:2b:01:02:03`
    private void appendOctets(byte[] bytes, int start, int length) {
        byte[] to = text.reserve(3 * length);
        int at = text.position();
        for (int i = 0; i < length; i++) {
            to[at++] = Hex.DIGITS[(bytes[start + i] >> 4) & 15];
            to[at++] = Hex.DIGITS[bytes[start + i] & 15];
            to[at++] = ':';
        }
        text.commit(3 * length - 1);
    }

    private void appendLong(long number) {
        byte[] to = text.reserve(Decimals.LONGEST_LONG);
        text.commit(Decimals.write(number, to, text.position()));
    }

    /// Writes a number of at most fifteen digits, without allocating; false if it has more. No
    /// other number of so few digits is the same double, so it is what `Double.toString` finds.
    private boolean appendShort(double number) {
        double magnitude = Math.abs(number);
        for (int scale = 0; scale <= MOST_DECIMALS; scale++) {
            double power = Decimals.POWERS[scale];
            double scaled = magnitude * power;
            if (!(scaled < LARGEST_SHORT)) {
                return false;
            }
            long digits = Math.round(scaled);
            if (digits / power == magnitude) {
                byte[] to = text.reserve(2 * Decimals.LONGEST_LONG);
                int at = text.position();
                int next = at;
                if (number < 0) {
                    to[next++] = '-';
                }
                next += Decimals.write(digits / Decimals.POWERS[scale], to, next);
                if (scale > 0) {
                    to[next++] = '.';
                    long fraction = digits % Decimals.POWERS[scale];
                    next += Decimals.writeDigits(fraction, scale, to, next);
                }
                text.commit(next - at);
                return true;
            }
        }
        return false;
    }

    private void appendDecimal(String number) {
        int end = number.length();
        if (!Character.isDigit(number.charAt(end - 1))) { // NaN and the infinities
            appendString(number);
        } else if (number.indexOf('E') < 0 && !number.endsWith(".0")) {
            byte[] to = text.reserve(end);
            for (int i = 0; i < end; i++) {
                to[text.position() + i] = (byte) number.charAt(i);
            }
            text.commit(end);
        } else {
            BigDecimal exact = new BigDecimal(number);
            appendString(exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString());
        }
    }

    private void appendText(byte[] bytes, int start, int length) {
        if (isComposed(bytes, start, length)) {
            text.append(bytes, start, length);
            return;
        }
        String decoded = new String(bytes, start, length, StandardCharsets.UTF_8);
        appendString(Normalizer.normalize(decoded, Normalizer.Form.NFC));
    }

    private void appendString(String string) {
        byte[] encoded = string.getBytes(StandardCharsets.UTF_8);
        text.append(encoded, 0, encoded.length);
    }

    /// True where text is surely in NFC, judged by lead bytes alone: everything below U+0300 and
    /// the blocks of Cyrillic and Chinese hold nothing that composes. False may be a false alarm.
    static boolean isComposed(byte[] bytes, int start, int length) {
        if (length <= 0 || Bytes.isAscii(bytes, start, length)) {
            return true;
        }
        for (int at = start; at < start + length; at++) {
            int lead = bytes[at] & 0xFF;
            boolean composed =
                    lead <= 0xCB || lead == 0xD0 || lead == 0xD1 || (lead >= 0xE4 && lead <= 0xE9);
            if (!composed) {
                return false;
            }
        }
        return true;
    }
}
