package dev.understudy.masking;

/// Masks UUIDs that are written in several ways alike: sixteen bytes, and text in capital or small
/// letters, with hyphens or without. A result is written as its value is. Whatever is no UUID is
/// masked as the text or the bytes that it is.
final class UuidMasker implements ColumnMasker {
    static final int TEXT_LENGTH = 36;
    static final int BARE_LENGTH = 32;
    private static final int BYTES_LENGTH = 16;
    private static final int[] HYPHENS = {8, 13, 18, 23};

    private final boolean bytes;
    private final boolean bare;
    private final ColumnMasker texts;
    private final MaskedValues canonical = new MaskedValues();
    private final ColumnValues view = new ColumnValues();
    private final MaskedValues masked = new MaskedValues();

    /// @param texts masks UUIDs as text in small letters, with hyphens
    UuidMasker(ColumnProfile column, ColumnMasker texts) {
        this.bytes = column.form() == ValueForm.BYTES;
        this.bare = column.maxLength().orElse(TEXT_LENGTH) < TEXT_LENGTH;
        this.texts = texts;
    }

    /// Whether a column of bytes has room for sixteen of them.
    static boolean hasRoom(ColumnProfile column) {
        return column.maxLength().orElse(BYTES_LENGTH) >= BYTES_LENGTH;
    }

    @Override
    public void mask(ColumnValues in, MaskedValues out) {
        canonical.resetAndTrim();
        for (int i = 0; i < in.count(); i++) {
            if (in.isNull(i)) {
                canonical.appendNull();
            } else if (bytes) {
                readBytes(in.bytes(), in.start(i), in.length(i));
            } else {
                readText(in.bytes(), in.start(i), in.length(i));
            }
        }
        masked.resetAndTrim();
        texts.mask(canonical.view(view), masked);
        for (int i = 0; i < in.count(); i++) {
            int length = masked.length(i);
            if (length == ColumnValues.NULL) {
                out.appendNull();
            } else if (length == 0) {
                out.commit(0);
            } else if (bytes) {
                writeBytes(masked.start(i), out);
            } else {
                writeText(in.bytes(), in.start(i), in.length(i), masked.start(i), out);
            }
        }
    }

    private void readBytes(byte[] from, int start, int length) {
        if (length == BYTES_LENGTH) {
            Hex.writeUuid(
                    (long) Bytes.LONG.get(from, start),
                    (long) Bytes.LONG.get(from, start + 8),
                    canonical.reserve(TEXT_LENGTH),
                    canonical.position());
            canonical.commit(TEXT_LENGTH);
            return;
        }
        if (length == 0) {
            canonical.commit(0);
            return;
        }
        // As digits, because bytes may be no text; behind a zero, so that it is no UUID's text.
        byte[] to = canonical.reserve(2 * length + 1);
        int at = canonical.position();
        to[at++] = 0;
        for (int i = start; i < start + length; i++) {
            to[at++] = Hex.DIGITS[(from[i] >> 4) & 15];
            to[at++] = Hex.DIGITS[from[i] & 15];
        }
        canonical.commit(2 * length + 1);
    }

    private void readText(byte[] from, int start, int length) {
        if (!isUuid(from, start, length)) {
            canonical.append(from, start, length);
            return;
        }
        byte[] to = canonical.reserve(TEXT_LENGTH);
        int at = canonical.position();
        int next = at;
        for (int i = 0; i < length; i++) {
            byte each = from[start + i];
            if (each == '-') {
                continue;
            }
            if (isHyphen(next - at)) {
                to[next++] = '-';
            }
            to[next++] = Hex.DIGITS[Hex.digit(each)];
        }
        canonical.commit(TEXT_LENGTH);
    }

    private static boolean isUuid(byte[] from, int start, int length) {
        if (length != TEXT_LENGTH && length != BARE_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            boolean hyphen = length == TEXT_LENGTH && isHyphen(i);
            byte each = from[start + i];
            if (hyphen ? each != '-' : Hex.digit(each) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHyphen(int place) {
        for (int each : HYPHENS) {
            if (each == place) {
                return true;
            }
        }
        return false;
    }

    private void writeBytes(int start, MaskedValues out) {
        byte[] from = masked.bytes();
        byte[] to = out.reserve(BYTES_LENGTH);
        int at = out.position();
        int high = -1;
        for (int i = start; i < start + TEXT_LENGTH; i++) {
            int digit = Hex.digit(from[i]);
            if (digit < 0) {
                continue;
            }
            if (high < 0) {
                high = digit;
            } else {
                to[at++] = (byte) (high << 4 | digit);
                high = -1;
            }
        }
        out.commit(BYTES_LENGTH);
    }

    /// In capitals if the value has some and no small ones, without hyphens if it has none.
    private void writeText(byte[] value, int start, int length, int at, MaskedValues out) {
        boolean uuid = isUuid(value, start, length);
        boolean capitals = uuid && hasCapitals(value, start, length);
        boolean hyphens = uuid ? length == TEXT_LENGTH : !bare;
        byte[] to = out.reserve(TEXT_LENGTH);
        int next = out.position();
        for (int i = 0; i < TEXT_LENGTH; i++) {
            byte each = masked.bytes()[at + i];
            if (each != '-') {
                to[next++] = capitals ? Hex.UPPER_DIGITS[Hex.digit(each)] : each;
            } else if (hyphens) {
                to[next++] = each;
            }
        }
        out.commit(hyphens ? TEXT_LENGTH : BARE_LENGTH);
    }

    private static boolean hasCapitals(byte[] value, int start, int length) {
        boolean capitals = false;
        for (int i = start; i < start + length; i++) {
            if (value[i] >= 'a') {
                return false;
            }
            capitals |= value[i] >= 'A';
        }
        return capitals;
    }
}
