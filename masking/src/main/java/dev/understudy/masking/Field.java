package dev.understudy.masking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A part of a number that people carry: how many values it may have, which one stands there, and
/// how another one is written over it. Symbols are digits and capital letters of ASCII.
sealed interface Field {
    /// How many symbols it has.
    int width();

    /// How many values it may take the place of what stands there; below 2^31. The same for the old
    /// and the new value.
    long size(byte[] symbols, int at);

    /// Which of these values stands there, or -1 if none of them does.
    long read(byte[] symbols, int at);

    void write(long value, byte[] symbols, int at);

    static Field digits(int width) {
        return new Digits(width, Math.round(Math.pow(10, width)));
    }

    /// Numbers of some digits, from one to another, and from a third to a fourth, and so on.
    static Field ranges(int width, int... ends) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < ends.length; i += 2) {
            for (int number = ends[i]; number <= ends[i + 1]; number++) {
                numbers.add(("%0" + width + "d").formatted(number));
            }
        }
        return listed(numbers);
    }

    /// One letter or digit of these.
    static Field oneOf(String symbols) {
        return listed(Arrays.asList(symbols.split("", 0)));
    }

    static Field letter() {
        return oneOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }

    /// One of some texts of the same length, at most three symbols or four digits.
    static Field listed(List<String> texts) {
        int width = texts.getFirst().length();
        int radix = texts.stream().allMatch(each -> each.matches("[0-9]+")) ? 10 : 36;
        int[] indexes = new int[(int) Math.round(Math.pow(radix, width))];
        Arrays.fill(indexes, -1);
        byte[] values = String.join("", texts).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < texts.size(); i++) {
            indexes[Listed.number(values, i * width, width, radix)] = i;
        }
        return new Listed(width, radix, values, indexes);
    }

    /// A digit, or one of some letters; a digit stays a digit, and a letter a letter.
    static Field mixed(String letters) {
        return new Mixed(digits(1), oneOf(letters));
    }

    static Field mixed() {
        return new Mixed(digits(1), letter());
    }

    /// What stays as it is.
    static Field kept(Field part) {
        return new Kept(part);
    }

    static Field kept(String literal) {
        return new Kept(listed(List.of(literal)));
    }

    /// A digit that stays odd or even: the sex in many numbers of persons.
    static Field parity() {
        return new Parity();
    }

    /// Month and day; what the number adds to them for special cases stays.
    static Field monthAndDay(int addedToMonth, int addedToDay) {
        return listed(days(addedToMonth, addedToDay, "%1$02d%2$02d"));
    }

    static Field dayAndMonth(int addedToDay, int addedToMonth) {
        return listed(days(addedToMonth, addedToDay, "%2$02d%1$02d"));
    }

    private static List<String> days(int addedToMonth, int addedToDay, String format) {
        int[] lengths = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        List<String> days = new ArrayList<>();
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= lengths[month - 1]; day++) {
                days.add(format.formatted(month + addedToMonth, day + addedToDay));
            }
        }
        return days;
    }

    /// Check symbols: computed from the rest.
    static Field check(Field part, CheckDigits algorithm) {
        return new Check(part, algorithm);
    }

    record Digits(int width, long size) implements Field {
        @Override
        public long size(byte[] symbols, int at) {
            return size;
        }

        @Override
        public long read(byte[] symbols, int at) {
            long number = 0;
            for (int i = at; i < at + width; i++) {
                int digit = symbols[i] - '0';
                if (digit < 0 || digit > 9) {
                    return -1;
                }
                number = number * 10 + digit;
            }
            return number;
        }

        @Override
        public void write(long value, byte[] symbols, int at) {
            Decimals.writeDigits(value, width, symbols, at);
        }
    }

    final class Listed implements Field {
        private final int width;
        private final int radix;

        /// One behind the other: thousands of arrays would be slow to reach.
        private final byte[] values;

        private final int[] indexes;

        private Listed(int width, int radix, byte[] values, int[] indexes) {
            this.width = width;
            this.radix = radix;
            this.values = values;
            this.indexes = indexes;
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public long size(byte[] symbols, int at) {
            return values.length / width;
        }

        @Override
        public long read(byte[] symbols, int at) {
            int number = number(symbols, at, width, radix);
            return number < 0 ? -1 : indexes[number];
        }

        @Override
        public void write(long value, byte[] symbols, int at) {
            int from = (int) value * width;
            for (int i = 0; i < width; i++) {
                symbols[at + i] = values[from + i];
            }
        }

        /// Whether a digit is the end of some values.
        boolean hasDigits() {
            for (int last = width - 1; last < values.length; last += width) {
                if (values[last] <= '9') {
                    return true;
                }
            }
            return false;
        }

        private static int number(byte[] symbols, int at, int width, int radix) {
            int number = 0;
            for (int i = at; i < at + width; i++) {
                int digit = CheckDigits.value(symbols[i]);
                if (digit >= radix) {
                    return -1;
                }
                number = number * radix + digit;
            }
            return number;
        }
    }

    record Mixed(Field digit, Field letter) implements Field {
        @Override
        public int width() {
            return 1;
        }

        @Override
        public long size(byte[] symbols, int at) {
            return part(symbols, at).size(symbols, at);
        }

        @Override
        public long read(byte[] symbols, int at) {
            return part(symbols, at).read(symbols, at);
        }

        @Override
        public void write(long value, byte[] symbols, int at) {
            part(symbols, at).write(value, symbols, at);
        }

        private Field part(byte[] symbols, int at) {
            return symbols[at] <= '9' ? digit : letter;
        }
    }

    /// Must look like its part, and carries nothing to permute.
    sealed interface Fixed extends Field {
        Field part();

        @Override
        default int width() {
            return part().width();
        }

        @Override
        default long size(byte[] symbols, int at) {
            return 1;
        }

        @Override
        default long read(byte[] symbols, int at) {
            return part().read(symbols, at) < 0 ? -1 : 0;
        }

        @Override
        default void write(long value, byte[] symbols, int at) {}
    }

    record Kept(Field part) implements Fixed {}

    record Parity() implements Field {
        @Override
        public int width() {
            return 1;
        }

        @Override
        public long size(byte[] symbols, int at) {
            return 5;
        }

        @Override
        public long read(byte[] symbols, int at) {
            int digit = symbols[at] - '0';
            return digit > 9 ? -1 : digit >> 1;
        }

        @Override
        public void write(long value, byte[] symbols, int at) {
            symbols[at] = (byte) ('0' + 2 * value + (symbols[at] & 1));
        }
    }

    /// The first six digits of a payment card, which become those of the public test cards of the
    /// same brand.
    record TestBin() implements Field {
        private static final Field DIGITS = Field.digits(6);

        @Override
        public int width() {
            return 6;
        }

        @Override
        public long size(byte[] symbols, int at) {
            return 1_000_000;
        }

        @Override
        public long read(byte[] symbols, int at) {
            return DIGITS.read(symbols, at);
        }

        @Override
        public void write(long value, byte[] symbols, int at) {
            DIGITS.write(testBin(symbols[at] - '0', symbols[at + 1] - '0'), symbols, at);
        }

        // Source: the numbers for tests that Adyen, PayPal and Stripe publish. Each is of the brand
        // that it is the result for. A 9 stands for a national body (ISO/IEC 7812-1), no bank.
        private static int testBin(int first, int second) {
            return switch (first) {
                case 2 -> 222300;
                case 3 ->
                        switch (second) {
                            case 4, 7 -> 378282;
                            case 5 -> 353011;
                            default -> 305693;
                        };
                case 4 -> 411111;
                case 5 -> second == 0 || second > 5 ? 500000 : 555555;
                case 6 ->
                        switch (second) {
                            case 2 -> 620000;
                            case 7 -> 675964;
                            default -> 601111;
                        };
                default -> 999999;
            };
        }
    }

    /// Has no value of its own: a layout computes it.
    record Check(Field part, CheckDigits algorithm) implements Fixed {}
}
