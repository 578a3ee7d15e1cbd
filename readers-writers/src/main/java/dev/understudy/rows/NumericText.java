package dev.understudy.rows;

import dev.understudy.rows.ValueReader.CorruptValue;

/// numeric: groups of four decimal digits, the place of the first group, a sign, and how many
/// digits to show behind the point.
final class NumericText {
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int NEGATIVE_INFINITY = 0xF000;

    private NumericText() {}

    static void append(ValueReader value, StringBuilder out) {
        int groups = value.int2() & 0xffff;
        int weight = value.int2();
        int sign = value.int2() & 0xffff;
        int scale = value.int2() & 0xffff;
        int start = value.skip(2 * groups);
        switch (sign) {
            case NAN -> out.append("NaN");
            case INFINITY -> out.append("Infinity");
            case NEGATIVE_INFINITY -> out.append("-Infinity");
            case 0, NEGATIVE -> {
                if (sign == NEGATIVE) {
                    out.append('-');
                }
                digits(value.bytes(), start, groups, weight, scale, out);
            }
            default -> throw new CorruptValue("a numeric of unknown sign");
        }
    }

    private static void digits(
            byte[] bytes, int start, int groups, int weight, int scale, StringBuilder out) {
        if (weight < 0) {
            out.append('0');
        }
        for (int i = 0; i <= weight; i++) {
            int group = group(bytes, start, groups, i);
            if (i == 0) {
                out.append(group);
            } else {
                four(group, out);
            }
        }
        if (scale > 0) {
            out.append('.');
            int end = out.length() + scale;
            for (int i = weight + 1; out.length() < end; i++) {
                four(group(bytes, start, groups, i), out);
            }
            out.setLength(end);
        }
    }

    private static int group(byte[] bytes, int start, int groups, int i) {
        if (i < 0 || i >= groups) {
            return 0;
        }
        int group = (short) RowBatch.SHORT.get(bytes, start + 2 * i);
        if (group < 0 || group > 9999) {
            throw new CorruptValue("a numeric with a group of more than four digits");
        }
        return group;
    }

    private static void four(int group, StringBuilder out) {
        out.append((char) ('0' + group / 1000)).append((char) ('0' + group / 100 % 10));
        out.append((char) ('0' + group / 10 % 10)).append((char) ('0' + group % 10));
    }
}
