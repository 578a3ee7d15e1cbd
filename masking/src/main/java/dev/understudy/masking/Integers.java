package dev.understudy.masking;

/// The integers of two, four and eight bytes.
final class Integers {
    private Integers() {}

    static long read(ValueForm form, byte[] bytes, int start) {
        return switch (form) {
            case INT2 -> (short) Bytes.SHORT.get(bytes, start);
            case INT4 -> (int) Bytes.INT.get(bytes, start);
            default -> (long) Bytes.LONG.get(bytes, start);
        };
    }

    static void write(ValueForm form, long number, MaskedValues out) {
        int size = size(form);
        byte[] to = out.reserve(size);
        switch (form) {
            case INT2 -> Bytes.SHORT.set(to, out.position(), (short) number);
            case INT4 -> Bytes.INT.set(to, out.position(), (int) number);
            default -> Bytes.LONG.set(to, out.position(), number);
        }
        out.commit(size);
    }

    /// The largest number of a form; the smallest is one further below zero.
    static long largest(ValueForm form) {
        return Long.MAX_VALUE >> (Long.SIZE - 8 * size(form));
    }

    static int size(ValueForm form) {
        return switch (form) {
            case INT2 -> 2;
            case INT4 -> 4;
            default -> 8;
        };
    }
}
