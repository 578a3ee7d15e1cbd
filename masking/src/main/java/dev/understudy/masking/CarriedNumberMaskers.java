package dev.understudy.masking;

import static dev.understudy.masking.Declarations.UNIQUE;
import static dev.understudy.masking.Declarations.always;
import static dev.understudy.masking.Declarations.checked;
import static dev.understudy.masking.Declarations.string;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.TEXT;

import dev.understudy.masking.MaskerDefinition.Parameter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The maskers of numbers that people carry: on their cards, papers, cars and devices.
final class CarriedNumberMaskers {
    private CarriedNumberMaskers() {}

    static List<Masker> all() {
        return List.of(
                number(
                        "us-ssn",
                        "another US social security number, or ITIN",
                        PersonNumbers.usSsn()),
                number("us-itin", "another US taxpayer number (ITIN)", PersonNumbers.usItin()),
                number("us-npi", "another US provider number (NPI)", PersonNumbers.usNpi()),
                number("us-mbi", "another US Medicare number (MBI)", PersonNumbers.usMbi()),
                number("uk-nino", "another UK national insurance number", PersonNumbers.ukNino()),
                number("uk-nhs-number", "another UK NHS number", PersonNumbers.ukNhsNumber()),
                number("de-steuer-id", "another German tax id", PersonNumbers.deSteuerId()),
                number("es-dni", "another Spanish DNI or NIE", PersonNumbers.esDni()),
                number(
                        "fr-nir",
                        "another French NIR; sex and decade of birth stay",
                        PersonNumbers.frNir()),
                number(
                        "it-codice-fiscale",
                        "another Italian codice fiscale; sex and decade of birth stay",
                        PersonNumbers.itCodiceFiscale()),
                number("nl-bsn", "another Dutch BSN", PersonNumbers.nlBsn()),
                number(
                        "be-national-number",
                        "another Belgian national number; sex and decade of birth stay",
                        PersonNumbers.beNationalNumber()),
                number("ch-ahv", "another Swiss AHV number", PersonNumbers.chAhv()),
                number(
                        "se-personnummer",
                        "another Swedish personnummer; sex and decade of birth stay",
                        PersonNumbers.sePersonnummer()),
                number(
                        "no-fodselsnummer",
                        "another Norwegian fødselsnummer; sex and decade of birth stay",
                        PersonNumbers.noFodselsnummer()),
                number(
                        "dk-cpr",
                        "another Danish CPR number; the decade of birth stays",
                        PersonNumbers.dkCpr()),
                number(
                        "fi-hetu",
                        "another Finnish HETU; sex and decade of birth stay",
                        PersonNumbers.fiHetu()),
                number(
                        "pl-pesel",
                        "another Polish PESEL; sex and decade of birth stay",
                        PersonNumbers.plPesel()),
                number("br-cpf", "another Brazilian CPF", PersonNumbers.brCpf()),
                number(
                        "br-cnpj",
                        "another Brazilian CNPJ; the branch stays",
                        PersonNumbers.brCnpj()),
                number("in-aadhaar", "another Indian Aadhaar number", PersonNumbers.inAadhaar()),
                number("in-pan", "another Indian PAN of the same kind", PersonNumbers.inPan()),
                number(
                        "ca-sin",
                        "another Canadian SIN of the same province",
                        PersonNumbers.caSin()),
                number("au-tfn", "another Australian tax file number", PersonNumbers.auTfn()),
                number(
                        "au-medicare",
                        "another Australian Medicare number",
                        PersonNumbers.auMedicare()),
                anyLayout("passport", "another passport number of the same layout"),
                anyLayout("driver-licence", "another driver's licence number of the same layout"),
                anyLayout("licence-plate", "another plate of the same layout"),
                number(
                        "vin",
                        "another vehicle number (VIN); maker and model year stay",
                        TradeNumbers.vin()),
                number("imei", "another number of a device (IMEI)", TradeNumbers.imei()),
                anyLayout("medical-record-number", "another record number of the same layout"),
                paymentCard(),
                number("iban", "another IBAN of the same country", TradeNumbers.iban()),
                number("bic", "another BIC of the same country", TradeNumbers.bic()),
                number(
                        "us-routing-number",
                        "another US bank routing number",
                        TradeNumbers.usRoutingNumber()),
                anyLayout("account-number", "another account number of the same layout"),
                cryptoAddress());
    }

    private static Masker number(String name, String summary, NumberFormat format) {
        return new Masker(
                name,
                summary,
                List.of(),
                forms(format),
                (rule, column) -> checked(true, column.form() == TEXT),
                Declarations::anything,
                (rule, column, keys, domain) -> bind(format, rule, column, keys, domain));
    }

    private static Masker paymentCard() {
        NumberFormat test = TradeNumbers.paymentCard(new Field.TestBin());
        NumberFormat keep = TradeNumbers.paymentCard(Field.kept(Field.digits(6)));
        return new Masker(
                "payment-card",
                "another card number of the same length",
                List.of(
                        new Parameter(
                                "bin",
                                "string",
                                false,
                                "the first six digits: test (default) for those of the brand's test cards, or keep, which is unique for each card")),
                forms(test),
                (rule, column) -> checked(keepsBin(rule), column.form() == TEXT),
                (rule, problem) -> {
                    String bin = string(rule, "bin", "test");
                    if (!bin.equals("test") && !bin.equals("keep")) {
                        problem.accept("bin must be test or keep");
                    }
                },
                (rule, column, keys, domain) ->
                        bind(keepsBin(rule) ? keep : test, rule, column, keys, domain));
    }

    private static boolean keepsBin(MaskingRule rule) {
        return string(rule, "bin", "test").equals("keep");
    }

    private static Set<ValueForm> forms(NumberFormat format) {
        if (format.integerDigits() == 0) {
            return EnumSet.of(TEXT);
        }
        return format.mostDigits() <= 9
                ? EnumSet.of(TEXT, INT4, INT8, NUMERIC)
                : EnumSet.of(TEXT, INT8, NUMERIC);
    }

    static ColumnMasker bind(
            NumberFormat format,
            MaskingRule rule,
            ColumnProfile column,
            MaskingKeys keys,
            String domain) {
        int digits = Declarations.longest(column) - Maskers.scale(column);
        if (column.form() == NUMERIC && digits < format.integerDigits()) {
            throw new MaskingRefused(
                    "%s: rule %s needs %d digits but the column is %s; use digits"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    format.integerDigits(),
                                    column.sqlType()));
        }
        return new CarriedNumberMasker(format, column, keys, domain);
    }

    private static Masker cryptoAddress() {
        return new Masker(
                "crypto-address",
                "an address of Bitcoin or Ethereum that nobody has the key of",
                List.of(),
                EnumSet.of(TEXT),
                always(checked(true, false)),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    Declarations.needCharacters(rule, column, CryptoAddressMasker.LONGEST_BASE58);
                    CryptoAddressMasker masker = new CryptoAddressMasker(keys, domain);
                    return Declarations.fitting(masker::fits, masker, keys, domain);
                });
    }

    /// Numbers of which nothing is fixed: every letter and digit becomes another one.
    private static Masker anyLayout(String name, String summary) {
        return new Masker(
                name,
                summary,
                List.of(),
                EnumSet.of(TEXT, INT2, INT4, INT8, NUMERIC),
                always(UNIQUE),
                Declarations::anything,
                (rule, column, keys, domain) -> {
                    ColumnMasker plain = CarriedNumberMasker.plain(column.form(), keys, domain);
                    return column.form() == TEXT
                            ? Declarations.fitting(
                                    CarriedNumberMaskers::hasDigit, plain, keys, domain)
                            : plain;
                });
    }

    private static boolean hasDigit(byte[] bytes, int start, int length) {
        for (int at = start; at < start + length; at++) {
            if (bytes[at] >= '0' && bytes[at] <= '9') {
                return true;
            }
        }
        return false;
    }
}
