package dev.understudy.jobs.plan;

import dev.understudy.config.JobConfig;
import dev.understudy.config.KindRule;
import dev.understudy.config.PersonalKind;
import dev.understudy.config.Profile;
import dev.understudy.masking.MaskingRule;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What columns tell of people: as the config says, else by their names, else by the maskers that
/// they have.
final class Kinds {
    private static final Pattern REFERENCE =
            Pattern.compile("(^|.*_)(uuid|guid|key|code|type|status|count|version|flag|kind)");

    /// The first that matches counts.
    private static final List<Name> NAMES =
            List.of(
                    name(
                            PersonalKind.CARD_CODE,
                            "cv[vc][0-9]?|(card_?)?security_code|card_?pin|pin_?block|track_?[12](_data)?"),
                    name(
                            PersonalKind.CARD_NUMBER,
                            "pan|(credit_?|debit_?|payment_?)?card(_?(number|num|no))?|cc_?(number|num|no)"),
                    name(PersonalKind.EMAIL, "e?_?mail(_?(address|addr))?s?"),
                    name(PersonalKind.NETWORK_ADDRESS, "ip(v[46])?(_?addr(ess)?)?"),
                    name(
                            PersonalKind.DEVICE,
                            "mac(_?addr(ess)?)?|imei|device_?(id|serial)|serial(_?(number|no))?"),
                    name(
                            PersonalKind.BIRTH_DATE,
                            "(date_?of_?)?birth(_?(date|day))?|born(_on)?|dob"),
                    name(
                            PersonalKind.PERSON_DATE,
                            "(date_?of_?)?(death|admission|discharge|visit|encounter|appointment|service|surgery|procedure|diagnosis|onset|treatment|collection|deceased|admitted|discharged)_?(date|day|at|on|time)|(died|deceased|admitted|discharged|visited)(_?(on|at))?"),
                    name(PersonalKind.AGE, "age(_?(years|in_years))?"),
                    name(
                            PersonalKind.MEDICAL_RECORD,
                            "mrn|medical_?record(_?(number|num|no|id))?|patient_?(number|no)|chart_?(number|no)"),
                    name(
                            PersonalKind.HEALTH_PLAN,
                            "mbi|beneficiary(_?(number|no|id))?|(health_?plan|insurance|policy|member)_?(number|num|no|id)"),
                    name(
                            PersonalKind.NATIONAL_ID,
                            "ssn|social_?security(_?(number|no))?|passport(_?(number|no))?|(national|tax)_?id(_?(number|no))?|itin|nino|vat(_?(number|no|id))?"),
                    name(
                            PersonalKind.ACCOUNT,
                            "iban|bic|(bank_?)?account_?(number|num|no)|routing_?(number|no)"),
                    name(
                            PersonalKind.VEHICLE,
                            "vin|(licen[cs]e_?|number_?)?plate(_?(number|no))?|vehicle_?(number|id|registration)"),
                    name(
                            PersonalKind.LICENCE,
                            "(driv(er|ing)s?_?)?licen[cs]e(_?(number|no|id))?|certificate(_?(number|no))?|npi"),
                    name(PersonalKind.URL, "url|uri|web_?site|homepage|profile_?link"),
                    name(
                            PersonalKind.BIOMETRIC,
                            "fingerprint|voice_?print|retina|iris|biometrics?|signature"),
                    name(
                            PersonalKind.PLACE,
                            "lat(itude)?|lon(gitude)?|geo(_?(point|location))?|coordinates?"));

    private record Name(PersonalKind kind, Pattern words) {}

    private final List<KindRule> declared;

    Kinds(JobConfig config) {
        declared =
                config.kinds().stream()
                        .sorted(
                                Comparator.comparingInt(
                                                (KindRule each) -> each.columns().specificity())
                                        .reversed())
                        .toList();
    }

    private static Name name(PersonalKind kind, String words) {
        return new Name(kind, Pattern.compile("(^|.*_)(" + words + ")(_.*|$)"));
    }

    /// What a column is of; empty if nothing says so.
    Optional<PersonalKind> of(ColumnPath path, Optional<MaskingRule> rule) {
        return declared.stream()
                .filter(each -> path.matches(each.columns()))
                .map(KindRule::kind)
                .findFirst()
                .or(() -> byName(path.column()))
                .or(() -> rule.flatMap(each -> byMasker(each.masker())));
    }

    static Optional<PersonalKind> byName(String column) {
        String name = PersonalNames.plain(column);
        return NAMES.stream()
                .filter(each -> each.words.matcher(name).matches())
                .filter(each ->
                        each.kind == PersonalKind.CARD_CODE || !REFERENCE.matcher(name).matches())
                .map(Name::kind)
                .findFirst()
                .or(() -> PersonalNames.of(column).map(Kinds::kind));
    }

    /// Whether a column's name says that its values tell of somebody. An id of a device or a policy
    /// may as well be that of its row.
    static boolean isPersonal(String column) {
        return PersonalNames.of(column).isPresent()
                || (!PersonalNames.plain(column).endsWith("_id")
                        && byName(column).flatMap(Profile.GDPR_PSEUDONYMOUS::demand).isPresent());
    }

    private static PersonalKind kind(PersonalNames name) {
        return switch (name) {
            case EMAIL -> PersonalKind.EMAIL;
            case FIRST_NAME, LAST_NAME, FULL_NAME -> PersonalKind.NAME;
            case PHONE -> PersonalKind.PHONE;
            case STREET -> PersonalKind.STREET;
            case CITY -> PersonalKind.CITY;
            case POSTCODE -> PersonalKind.POSTCODE;
            case BIRTH_DATE -> PersonalKind.BIRTH_DATE;
            case NUMBER -> PersonalKind.NATIONAL_ID;
            case SECRET -> PersonalKind.SECRET;
            case SENSITIVE -> PersonalKind.SENSITIVE;
            case FREE_TEXT -> PersonalKind.FREE_TEXT;
            case PICTURE -> PersonalKind.PHOTO;
        };
    }

    private static Optional<PersonalKind> byMasker(String masker) {
        return Optional.ofNullable(
                switch (masker) {
                    case "email" -> PersonalKind.EMAIL;
                    case "first-name", "last-name", "full-name" -> PersonalKind.NAME;
                    case "phone" -> PersonalKind.PHONE;
                    case "street" -> PersonalKind.STREET;
                    case "city" -> PersonalKind.CITY;
                    case "postcode", "zip3" -> PersonalKind.POSTCODE;
                    case "birth-date" -> PersonalKind.BIRTH_DATE;
                    case "iban", "account-number", "us-routing-number" -> PersonalKind.ACCOUNT;
                    case "payment-card" -> PersonalKind.CARD_NUMBER;
                    case "us-ssn", "us-itin", "passport" -> PersonalKind.NATIONAL_ID;
                    case "us-mbi" -> PersonalKind.HEALTH_PLAN;
                    case "medical-record-number" -> PersonalKind.MEDICAL_RECORD;
                    case "driver-licence", "us-npi" -> PersonalKind.LICENCE;
                    case "vin", "licence-plate" -> PersonalKind.VEHICLE;
                    case "imei", "mac-address" -> PersonalKind.DEVICE;
                    case "ip-address" -> PersonalKind.NETWORK_ADDRESS;
                    case "coordinate" -> PersonalKind.PLACE;
                    case "password-hash", "api-token" -> PersonalKind.SECRET;
                    case "free-text" -> PersonalKind.FREE_TEXT;
                    default -> null;
                });
    }
}
