package dev.understudy.masking;

/// How the check of a number follows from its other symbols.
@FunctionalInterface
interface CheckDigits {
    /// Which value of the check's field is right, or -1 if none is. The check's own symbols, and
    /// what they hold, do not matter.
    int of(byte[] symbols, int at, int length);

    /// 0 to 9 of a digit, 10 to 35 of a capital letter.
    static int value(byte symbol) {
        return symbol <= '9' ? symbol - '0' : symbol - 'A' + 10;
    }

    /// The weighted sum of the first digits modulo a number; ten is no digit.
    static CheckDigits rest(int modulus, int... weights) {
        return (symbols, at, length) -> digitOrNone(weighted(symbols, at, weights) % modulus);
    }

    /// What makes the weighted sum of the first digits zero modulo a number; ten is no digit.
    static CheckDigits complement(int modulus, int... weights) {
        return (symbols, at, length) ->
                digitOrNone((modulus - weighted(symbols, at, weights) % modulus) % modulus);
    }

    /// The sum of the first digits, each times its weight.
    static int weighted(byte[] symbols, int at, int[] weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * (symbols[at + i] - '0');
        }
        return sum;
    }

    /// The first digits as one number.
    static long number(byte[] symbols, int at, int digits) {
        long number = 0;
        for (int i = at; i < at + digits; i++) {
            number = number * 10 + (symbols[i] - '0');
        }
        return number;
    }

    /// Every second digit doubled, the last one the check. Source: ISO/IEC 7812-1, annex B.
    static int luhn(byte[] symbols, int at, int length) {
        return (10 - luhnSum(symbols, at, length) % 10) % 10;
    }

    /// The same with 80840 before the digits, which adds 24. Source: US 45 CFR 162.406.
    static int npi(byte[] symbols, int at, int length) {
        return (10 - (24 + luhnSum(symbols, at, length)) % 10) % 10;
    }

    private static int luhnSum(byte[] symbols, int at, int length) {
        int sum = 0;
        boolean doubled = true;
        for (int i = at + length - 2; i >= at; i--) {
            int digit = symbols[i] - '0';
            sum += doubled ? 2 * digit - (digit > 4 ? 9 : 0) : digit;
            doubled = !doubled;
        }
        return sum;
    }

    /// Source: Verhoeff, "Error detecting decimal codes", 1969: the group D5 and a permutation.
    static int verhoeff(byte[] symbols, int at, int length) {
        int state = 0;
        for (int i = 1; i < length; i++) {
            int digit = symbols[at + length - 1 - i] - '0';
            state = multiply(state, VERHOEFF[i % 8][digit]);
        }
        return state == 0 || state > 4 ? state : 5 - state;
    }

    int[][] VERHOEFF = permutations();

    private static int[][] permutations() {
        int[][] powers = new int[8][10];
        int[] once = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
        for (int digit = 0; digit < 10; digit++) {
            powers[0][digit] = digit;
            for (int power = 1; power < 8; power++) {
                powers[power][digit] = once[powers[power - 1][digit]];
            }
        }
        return powers;
    }

    /// In the group of the symmetries of a pentagon: 0 to 4 turn it, 5 to 9 mirror it first.
    private static int multiply(int one, int other) {
        if (one < 5) {
            return other < 5 ? (one + other) % 5 : 5 + (one + other - 5) % 5;
        }
        return other < 5 ? 5 + (one - 5 - other + 5) % 5 : (one - other + 5) % 5;
    }

    /// The two digits behind the country's letters, from 02 to 98, as 0 to 96. Source: ISO 13616-1,
    /// after ISO/IEC 7064, mod 97-10.
    static int iban(byte[] symbols, int at, int length) {
        long rest = 0;
        for (int i = 4; i < length + 4; i++) {
            int place = i < length ? i : i - length;
            int value = place == 2 || place == 3 ? 0 : value(symbols[at + place]);
            rest = rest * (value > 9 ? 100 : 10) + value;
            if (rest > 1_000_000_000_000_000L) {
                rest %= 97;
            }
        }
        return 96 - (int) (rest % 97);
    }

    /// Source: ISO/IEC 7064, mod 11,10.
    static int mod11And10(byte[] symbols, int at, int length) {
        int product = 10;
        for (int i = at; i < at + length - 1; i++) {
            int sum = (product + symbols[i] - '0') % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (11 - product) % 10;
    }

    /// Ten stands for no digit.
    static int digitOrNone(int rest) {
        return rest == 10 ? -1 : rest;
    }
}
