package dev.understudy.mysql;

import dev.understudy.rows.RowBatch;

/// Decimal text as PostgreSQL's numeric: groups of four digits, the place of the first, a sign, and
/// how many digits to show behind the point.
final class Numerics {
    private static final int HEADER = 8;
    private static final int NEGATIVE = 0x4000;
    private static final int GROUP = 10_000;

    private Numerics() {}

    /// Appends an integer without sign.
    static void append(long unsigned, RowBatch row) {
        long rest = unsigned;
        int weight = 0;
        while (Long.compareUnsigned(rest, GROUP - 1) > 0) {
            rest = Long.divideUnsigned(rest, GROUP);
            weight++;
        }
        int groups = unsigned == 0 ? 0 : weight + 1;
        byte[] out = row.reserve(HEADER + 2 * groups);
        int start = row.size();
        rest = unsigned;
        int last = 0;
        for (int i = groups; i > 0; i--) {
            int group = (int) Long.remainderUnsigned(rest, GROUP);
            rest = Long.divideUnsigned(rest, GROUP);
            last = last == 0 && group != 0 ? i : last;
            RowBatch.SHORT.set(out, start + HEADER + 2 * (i - 1), (short) group);
        }
        header(out, start, last, weight, 0, 0);
        row.advance(HEADER + 2 * last);
    }

    private static void header(byte[] out, int at, int groups, int weight, int sign, int scale) {
        RowBatch.SHORT.set(out, at, (short) groups);
        RowBatch.SHORT.set(out, at + 2, (short) weight);
        RowBatch.SHORT.set(out, at + 4, (short) sign);
        RowBatch.SHORT.set(out, at + 6, (short) scale);
    }

    /// Appends `-12.50`; zeros may lead.
    static void append(byte[] text, RowBatch row) {
        boolean negative = text.length > 0 && text[0] == '-';
        int first = negative ? 1 : 0;
        int point = first;
        while (point < text.length && text[point] != '.') {
            point++;
        }
        int scale = Math.max(0, text.length - point - 1);
        while (first < point && text[first] == '0') {
            first++;
        }
        int whole = point - first;
        int wholeGroups = (whole + 3) / 4;
        int fractionGroups = (scale + 3) / 4;
        byte[] out = row.reserve(HEADER + 2 * (wholeGroups + fractionGroups));
        int start = row.size();
        int at = start + HEADER;
        int place = first - (4 * wholeGroups - whole);
        int weight = wholeGroups - 1;
        int groups = 0;
        for (int i = 0; i < wholeGroups + fractionGroups; i++) {
            if (i == wholeGroups) {
                place = point + 1;
            }
            int end = i < wholeGroups ? point : text.length;
            int group = 0;
            for (int digit = place; digit < place + 4; digit++) {
                group = 10 * group + (digit >= first && digit < end ? text[digit] - '0' : 0);
            }
            place += 4;
            if (groups == 0 && group == 0) {
                weight--; // leading zeros behind the point
                continue;
            }
            RowBatch.SHORT.set(out, at + 2 * groups, (short) group);
            groups++;
        }
        while (groups > 0 && (short) RowBatch.SHORT.get(out, at + 2 * (groups - 1)) == 0) {
            groups--;
        }
        int sign = negative && groups > 0 ? NEGATIVE : 0;
        header(out, start, groups, groups == 0 ? 0 : weight, sign, scale);
        row.advance(HEADER + 2 * groups);
    }
}
