package dev.understudy.masking;

import java.util.Locale;

/// The integers that a column takes: all of its form, or fewer, as in a `tinyint` of MySQL.
record IntegerRange(long least, long most) {
    static IntegerRange of(ColumnProfile column) {
        String type = column.sqlType().toLowerCase(Locale.ROOT);
        return switch (type.replaceAll("\\W.*", "")) {
            case "tinyint" -> ofBits(8, type);
            case "smallint" -> ofBits(16, type);
            case "mediumint" -> ofBits(24, type);
            case "int", "integer" -> ofBits(32, type);
            case "year" -> new IntegerRange(1901, 2155);
            default -> {
                long most = Integers.largest(column.form());
                yield new IntegerRange(-most - 1, most);
            }
        };
    }

    /// Whether a column's numbers are those of 64 bits without a sign, which have no form but
    /// NUMERIC.
    static boolean isUnsignedLong(ColumnProfile column) {
        return column.form() == ValueForm.NUMERIC
                && column.sqlType().toLowerCase(Locale.ROOT).matches("bigint\\b.*unsigned.*");
    }

    /// Zero is in no range of years, and a column of years takes it nevertheless.
    boolean takes(long number) {
        return number == 0 || (number >= least && number <= most);
    }

    private static IntegerRange ofBits(int bits, String type) {
        long most = Long.MAX_VALUE >> (64 - bits);
        return type.contains("unsigned")
                ? new IntegerRange(0, 2 * most + 1)
                : new IntegerRange(-most - 1, most);
    }
}
