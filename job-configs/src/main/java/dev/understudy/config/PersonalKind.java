package dev.understudy.config;

import java.util.Locale;
import java.util.stream.Stream;

/// What a column tells of a person. Known by the config's `kinds`, by the column's name, or by the
/// masker that a rule gives it.
public enum PersonalKind {
    NAME("names of people, user names"),
    EMAIL("e-mail addresses"),
    PHONE("telephone and fax numbers"),
    STREET("streets and whole addresses"),
    CITY("cities and counties"),
    POSTCODE("postcodes, ZIP codes"),
    PLACE("latitudes and longitudes"),
    BIRTH_DATE("dates of birth"),
    PERSON_DATE("other dates about a person: admission, visit, death"),
    AGE("ages in years"),
    NATIONAL_ID("social security, tax, identity and passport numbers"),
    MEDICAL_RECORD("medical record numbers"),
    HEALTH_PLAN("numbers of health plan beneficiaries"),
    ACCOUNT("account numbers, IBAN"),
    LICENCE("numbers of licences and certificates"),
    VEHICLE("vehicle numbers and plates"),
    DEVICE("serial numbers and hardware addresses of devices"),
    URL("web addresses"),
    NETWORK_ADDRESS("IP addresses"),
    BIOMETRIC("fingerprints, voice prints, signatures"),
    PHOTO("pictures of people"),
    CARD_NUMBER("payment card numbers (PAN)"),
    CARD_CODE("security codes, PINs and tracks of payment cards"),
    SECRET("passwords and tokens"),
    SENSITIVE("gender, religion, income and the like, which single people out together"),
    FREE_TEXT("notes, comments, messages"),
    NONE("nothing personal: the column's name misleads");

    private final String summary;

    PersonalKind(String summary) {
        this.summary = summary;
    }

    /// As a config writes it: `birth-date`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String summary() {
        return summary;
    }

    static PersonalKind of(String word) {
        return Stream.of(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
