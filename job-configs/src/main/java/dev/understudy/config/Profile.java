package dev.understudy.config;

import static dev.understudy.config.PersonalKind.ACCOUNT;
import static dev.understudy.config.PersonalKind.AGE;
import static dev.understudy.config.PersonalKind.BIOMETRIC;
import static dev.understudy.config.PersonalKind.BIRTH_DATE;
import static dev.understudy.config.PersonalKind.CARD_CODE;
import static dev.understudy.config.PersonalKind.CARD_NUMBER;
import static dev.understudy.config.PersonalKind.CITY;
import static dev.understudy.config.PersonalKind.DEVICE;
import static dev.understudy.config.PersonalKind.EMAIL;
import static dev.understudy.config.PersonalKind.FREE_TEXT;
import static dev.understudy.config.PersonalKind.HEALTH_PLAN;
import static dev.understudy.config.PersonalKind.LICENCE;
import static dev.understudy.config.PersonalKind.MEDICAL_RECORD;
import static dev.understudy.config.PersonalKind.NAME;
import static dev.understudy.config.PersonalKind.NATIONAL_ID;
import static dev.understudy.config.PersonalKind.NETWORK_ADDRESS;
import static dev.understudy.config.PersonalKind.PERSON_DATE;
import static dev.understudy.config.PersonalKind.PHONE;
import static dev.understudy.config.PersonalKind.PHOTO;
import static dev.understudy.config.PersonalKind.PLACE;
import static dev.understudy.config.PersonalKind.POSTCODE;
import static dev.understudy.config.PersonalKind.SECRET;
import static dev.understudy.config.PersonalKind.STREET;
import static dev.understudy.config.PersonalKind.URL;
import static dev.understudy.config.PersonalKind.VEHICLE;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A set of rules by kinds of columns, after a law or standard: what a job must do with columns of
/// these kinds. A technical check, and no legal advice.
public enum Profile {
    /// Regulation (EU) 2016/679, Article 4(5): nobody can be named without further information.
    GDPR_PSEUDONYMOUS("GDPR, Article 4(5): no direct identifier comes through"),

    /// 45 CFR 164.514(b)(2): the eighteen identifiers.
    HIPAA_SAFE_HARBOR(
            "HIPAA Safe Harbor, 45 CFR 164.514(b)(2): none of the 18 identifiers comes through; of ZIP codes three digits, of dates the year, of ages those up to 89"),

    /// PCI DSS 4.0.1, requirements 3.3 to 3.5.
    PCI_DSS("PCI DSS, requirements 3.3 to 3.5: no card number whole, no security code");

    /// What must become of the values of a kind.
    public enum Requirement {
        HIDDEN("no value and no part of one comes through"),
        ZIP3("three digits at most; 000 for regions of 20,000 people or fewer (`zip3`)"),
        YEAR("the year at most"),
        BIRTH_DATE(
                "another date of the same class of ages, or nothing; ages over 89 as one (`birth-date`)"),
        AGE("ages up to 89; those above as one"),
        CARD_ENDS("the first six and the last four digits at most");

        private final String summary;

        Requirement(String summary) {
            this.summary = summary;
        }

        public String summary() {
            return summary;
        }
    }

    /// A requirement, and the concern if it is not met.
    public record Demand(Requirement requirement, Concern concern) {}

    private static final Map<PersonalKind, Demand> UNDER_GDPR =
            hidden(
                    Concern.IDENTIFIER_UNDER_GDPR,
                    NAME,
                    EMAIL,
                    PHONE,
                    STREET,
                    NATIONAL_ID,
                    MEDICAL_RECORD,
                    HEALTH_PLAN,
                    ACCOUNT,
                    LICENCE,
                    VEHICLE,
                    DEVICE,
                    NETWORK_ADDRESS,
                    BIOMETRIC,
                    PHOTO,
                    CARD_NUMBER,
                    CARD_CODE,
                    SECRET,
                    FREE_TEXT);
    private static final Map<PersonalKind, Demand> UNDER_HIPAA = safeHarbor();
    private static final Map<PersonalKind, Demand> UNDER_PCI = cards();

    private final String summary;

    Profile(String summary) {
        this.summary = summary;
    }

    /// As a config writes it: `pci-dss`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String summary() {
        return summary;
    }

    /// What it demands of columns of a kind; empty for nothing.
    public Optional<Demand> demand(PersonalKind kind) {
        Map<PersonalKind, Demand> demands =
                switch (this) {
                    case GDPR_PSEUDONYMOUS -> UNDER_GDPR;
                    case HIPAA_SAFE_HARBOR -> UNDER_HIPAA;
                    case PCI_DSS -> UNDER_PCI;
                };
        return Optional.ofNullable(demands.get(kind));
    }

    static Profile of(String word) {
        return Stream.of(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow();
    }

    private static Map<PersonalKind, Demand> hidden(Concern concern, PersonalKind... kinds) {
        var demands = new EnumMap<PersonalKind, Demand>(PersonalKind.class);
        for (PersonalKind each : Set.of(kinds)) {
            demands.put(each, new Demand(Requirement.HIDDEN, concern));
        }
        return demands;
    }

    private static Map<PersonalKind, Demand> safeHarbor() {
        Map<PersonalKind, Demand> demands =
                hidden(
                        Concern.IDENTIFIER_UNDER_HIPAA,
                        NAME,
                        EMAIL,
                        PHONE,
                        NATIONAL_ID,
                        MEDICAL_RECORD,
                        HEALTH_PLAN,
                        ACCOUNT,
                        LICENCE,
                        VEHICLE,
                        DEVICE,
                        URL,
                        NETWORK_ADDRESS,
                        BIOMETRIC,
                        PHOTO,
                        CARD_NUMBER,
                        CARD_CODE,
                        SECRET);
        for (PersonalKind each : Set.of(STREET, CITY, PLACE)) {
            demands.put(each, new Demand(Requirement.HIDDEN, Concern.PLACE_UNDER_HIPAA));
        }
        demands.put(POSTCODE, new Demand(Requirement.ZIP3, Concern.PLACE_UNDER_HIPAA));
        demands.put(PERSON_DATE, new Demand(Requirement.YEAR, Concern.DATE_UNDER_HIPAA));
        demands.put(BIRTH_DATE, new Demand(Requirement.BIRTH_DATE, Concern.DATE_UNDER_HIPAA));
        demands.put(AGE, new Demand(Requirement.AGE, Concern.AGE_UNDER_HIPAA));
        demands.put(FREE_TEXT, new Demand(Requirement.HIDDEN, Concern.TEXT_UNDER_HIPAA));
        return demands;
    }

    private static Map<PersonalKind, Demand> cards() {
        var demands = new EnumMap<PersonalKind, Demand>(PersonalKind.class);
        demands.put(CARD_NUMBER, new Demand(Requirement.CARD_ENDS, Concern.CARD_UNDER_PCI));
        demands.put(CARD_CODE, new Demand(Requirement.HIDDEN, Concern.CARD_CODE_UNDER_PCI));
        return demands;
    }
}
