package dev.understudy.masking;

import static dev.understudy.masking.CheckDigits.value;
import static dev.understudy.masking.Field.check;
import static dev.understudy.masking.Field.digits;
import static dev.understudy.masking.Field.kept;
import static dev.understudy.masking.Field.letter;
import static dev.understudy.masking.Field.mixed;
import static dev.understudy.masking.Field.oneOf;
import static dev.understudy.masking.Field.ranges;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The numbers of cards, accounts, banks, vehicles and devices.
final class TradeNumbers {
    private static final int SHORTEST_CARD = 12;
    private static final int LONGEST_CARD = 19;

    private TradeNumbers() {}

    /// @param bin the field of the first six digits: the brand and the bank. Source: ISO/IEC 7812-1
    static NumberFormat paymentCard(Field bin) {
        List<Layout> layouts = new ArrayList<>();
        for (int length = SHORTEST_CARD; length <= LONGEST_CARD; length++) {
            List<Field> fields = new ArrayList<>(List.of(bin));
            int left = length - 7;
            fields.add(digits(Math.min(9, left)));
            if (left > 9) {
                fields.add(digits(left - 9));
            }
            fields.add(check(digits(1), CheckDigits::luhn));
            layouts.add(Layout.of(fields.toArray(Field[]::new)));
        }
        return NumberFormat.ofDigits(layouts.toArray(Layout[]::new));
    }

    // Source: SWIFT, "IBAN registry": the account's digits (n), capitals (a) and either
    // (c) behind the country and the check.
    private static final String IBANS =
            """
            AD 8n12c, AE 19n, AL 8n16c, AT 16n, AZ 4a20c, BA 16n, BE 12n, BG 4a6n8c, BH 4a14c,
            BI 23n, BR 23n1a1c, BY 4c4n16c, CH 5n12c, CR 18n, CY 8n16c, CZ 20n, DE 18n, DJ 23n,
            DK 14n, DO 4c20n, EE 16n, EG 25n, ES 20n, FI 14n, FK 2a12n, FO 14n, FR 10n11c2n,
            GB 4a14n, GE 2a16n, GI 4a15c, GL 14n, GR 7n16c, GT 24c, HN 4a20n, HR 17n, HU 24n,
            IE 4a14n, IL 19n, IQ 4a15n, IS 22n, IT 1a10n12c, JO 4a4n18c, KW 4a22c, KZ 3n13c,
            LB 4n20c, LC 4a24c, LI 5n12c, LT 16n, LU 3n13c, LV 4a13c, LY 21n, MC 10n11c2n, MD 20c,
            ME 18n, MK 3n10c2n, MN 16n, MR 23n, MT 4a5n18c, MU 4a19n3a, NI 4a20n, NL 4a10n, NO 11n,
            OM 3n16c, PK 4a16c, PL 24n, PS 4a21c, PT 21n, QA 4a21c, RO 4a16c, RS 18n, RU 14n15c,
            SA 2n18c, SC 4a20n3a, SD 14n, SE 20n, SI 15n, SK 20n, SM 1a10n12c, SO 19n, ST 21n,
            SV 4a20n, TL 19n, TN 20n, TR 6n16c, UA 6n19c, VA 18n, VG 4a16n, XK 16n, YE 4a4n18c\
            """;

    static NumberFormat iban() {
        Field check = check(ranges(2, 2, 98), CheckDigits::iban);
        Field capital = letter();
        Field either = mixed();
        List<Layout> layouts = new ArrayList<>();
        for (String entry : IBANS.split(",\\s*", 0)) {
            List<Field> fields = new ArrayList<>(List.of(kept(entry.substring(0, 2)), check));
            for (String part : entry.substring(3).split("(?<=[nac])", 0)) {
                int width = Integer.parseInt(part.substring(0, part.length() - 1));
                switch (part.charAt(part.length() - 1)) {
                    case 'n' -> {
                        for (int left = width; left > 0; left -= 9) {
                            fields.add(digits(Math.min(9, left)));
                        }
                    }
                    case 'a' -> fields.addAll(Collections.nCopies(width, capital));
                    default -> fields.addAll(Collections.nCopies(width, either));
                }
            }
            layouts.add(Layout.of(fields.toArray(Field[]::new)));
        }
        return NumberFormat.ofText(layouts);
    }

    // Source: ISO 9362. A BIC of eight is the head office of one of eleven.
    static NumberFormat bic() {
        Field[] office = {
            mixed(), mixed(), mixed(), mixed(), kept(letter()), kept(letter()), mixed(), mixed()
        };
        Field[] branch = Arrays.copyOf(office, 11);
        Arrays.fill(branch, 8, 11, kept(mixed()));
        return NumberFormat.ofText(Layout.of(office), Layout.of(branch));
    }

    // Source: American Bankers Association, "Routing number policy and procedures".
    static NumberFormat usRoutingNumber() {
        return NumberFormat.ofDigits(
                Layout.of(
                        ranges(2, 0, 12, 21, 32, 61, 72, 80, 80),
                        digits(6),
                        check(digits(1), CheckDigits.complement(10, 3, 7, 1, 3, 7, 1, 3, 7))));
    }

    // Source: ISO 3779 and US 49 CFR 565.15. Where the ninth place is a letter but X, it is no
    // check, as outside of North America.
    static NumberFormat vin() {
        String letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
        List<Layout> layouts = new ArrayList<>();
        for (Field ninth :
                List.of(
                        check(oneOf("0123456789X"), TradeNumbers::vinCheck),
                        kept(oneOf(letters.replace("X", ""))))) {
            List<Field> fields = new ArrayList<>(Collections.nCopies(3, kept(mixed(letters))));
            fields.addAll(Collections.nCopies(5, mixed(letters)));
            fields.add(ninth);
            fields.add(kept(mixed(letters)));
            fields.addAll(Collections.nCopies(7, mixed(letters)));
            layouts.add(Layout.of(fields.toArray(Field[]::new)));
        }
        return NumberFormat.ofText(layouts);
    }

    private static final int[] VIN_WEIGHTS = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};

    /// What the letters from A to Z stand for; I, O and Q are none.
    private static final int[] VIN_LETTERS = {
        1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9
    };

    private static int vinCheck(byte[] s, int at, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int value = value(s[at + i]);
            sum += VIN_WEIGHTS[i] * (value > 9 ? VIN_LETTERS[value - 10] : value);
        }
        return sum % 11;
    }

    // Source: 3GPP TS 23.003, 6.2 and annex B. With the version of the software it has no check.
    static NumberFormat imei() {
        Field body = kept(digits(2));
        return NumberFormat.ofDigits(
                Layout.of(body, digits(6), digits(6), check(digits(1), CheckDigits::luhn)),
                Layout.of(body, digits(6), digits(6), kept(digits(2))));
    }
}
