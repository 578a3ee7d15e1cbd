package dev.understudy.jobs.plan;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRefused;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a column's name says about its values: the one table of names that look personal. A guess
/// that saves typing and raises questions; it never decides.
enum PersonalNames {
    EMAIL("email", "e?_?mail(_?(address|addr))?s?"),
    FIRST_NAME("first-name", "(first|given|middle|fore|preferred)_?names?|fname|vorname|prenom"),
    LAST_NAME(
            "last-name",
            "(last|family|sur|maiden|second)_?names?|lname|surname|nachname|mother|father"),
    FULL_NAME(
            "full-name",
            "(full|contact|customer|person|patient|employee|holder|display|nick|ship|billing|author|recipient|cardholder|emergency_contact)_?names?"),
    PHONE(
            "phone",
            "(tele|mobile_?|cell_?|home_?|work_?)?(phone|fax)(_?(number|num|no))?|mobile|tel"),
    STREET("street", "(street|addr(ess)?)(_?(line)?_?[0-9]?|_?name)?|(ship|home|billing)_?address"),
    CITY("city", "(ship_?|birth_?|billing_?)?(city|town|birthplace)"),
    POSTCODE("postcode", "(ship_?|billing_?)?(zip|(postal|post|zip)_?code)"),
    BIRTH_DATE("shift-date", "(date_?of_?)?(birth|death)(_?(date|day))?|dob"),
    NUMBER(
            "digits",
            "ssn|social_?security(_?number)?|passport|drivers?|licen[cs]e|(national_?id|tax_?id)(_?number)?|vat|iban|bic|(credit_?)?card(_?number)?|account_?(number|num|no)|cvv"),
    SECRET(
            "hash",
            "passw(or)?d|pwd|secret|(api_?|access_?)?token|salt|login|user_?name|ip(_?address)?"),
    SENSITIVE(
            "text-scramble",
            "salary|income|gender|sex|religion|ethnicity|race|marital(_?status)?|nationality|diagnosis|prefix|suffix|maiden|lat(itude)?|lon(gitude)?"),
    /// Whatever somebody may write about somebody: names and numbers in the middle of it would
    /// still be recognised by their shapes.
    FREE_TEXT(
            "redact",
            "notes?|comments?|remarks?|messages?|narrative|memo|transcript|bio|resume|signature"),
    PICTURE("placeholder", "picture|photo|avatar|portrait|selfie");

    /// Forms whose values may hold anything that somebody wrote.
    private static final Set<ValueForm> WORDY =
            EnumSet.of(
                    ValueForm.TEXT,
                    ValueForm.JSON,
                    ValueForm.JSONB,
                    ValueForm.XML,
                    ValueForm.HSTORE,
                    ValueForm.COMPOSITE,
                    ValueForm.BYTES);

    /// Where nothing but keeping is left, somebody should say why.
    static final String KEEP_FOR_A_REASON = "{ mask: keep, reason: \"...\" }";

    private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern KEY =
            Pattern.compile("(^|.*_)(id|uuid|guid|key|code|type|status|count|version|flag|kind)");

    private final String masker;
    private final Pattern words;

    PersonalNames(String masker, String words) {
        this.masker = masker;
        this.words = Pattern.compile("(^|.*_)(" + words + ")(_.*|$)");
    }

    /// What the name looks like; empty if it looks like nothing personal.
    static Optional<PersonalNames> of(String column) {
        String name = CAMEL.matcher(column).replaceAll("_").toLowerCase(Locale.ROOT);
        if (KEY.matcher(name).matches() && !POSTCODE.words.matcher(name).matches()) {
            return Optional.empty();
        }
        return Stream.of(values()).filter(each -> each.words.matcher(name).matches()).findFirst();
    }

    /// The rule that looks right for a column, by its name and then by its type.
    ///
    /// @param listed whether a check lists its values, so that nobody writes freely
    static String suggestion(String column, ColumnProfile profile, boolean listed) {
        Optional<PersonalNames> looks = of(column).filter(each -> each != FREE_TEXT || !listed);
        if (looks.isPresent()) {
            Optional<String> fitting =
                    Maskers.named(looks.get().masker)
                            .filter(each -> each.forms().contains(profile.form()))
                            .filter(each -> looks.get() != FREE_TEXT || !profile.unique())
                            .map(MaskerDefinition::name);
            return fitting.orElseGet(() -> byType(profile));
        }
        boolean wordy = WORDY.contains(profile.form()) || profile.sqlType().equals("tsvector");
        boolean key = KEY.matcher(column.toLowerCase(Locale.ROOT)).matches();
        return wordy && !key && !listed ? byType(profile) : "keep";
    }

    /// A rule as the config writes it.
    static String written(MaskingRule rule) {
        var text = new StringBuilder(rule.masker());
        rule.parameters()
                .forEach((name, value) ->
                        text.append(", ").append(name).append(": ").append(yaml(value)));
        return rule.parameters().isEmpty() ? rule.masker() : "{ mask: " + text + " }";
    }

    private static String yaml(@Nullable Object value) {
        return switch (value) {
            case String text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            case List<?> list ->
                    list.stream()
                            .map(PersonalNames::yaml)
                            .collect(Collectors.joining(", ", "[", "]"));
            case null, default -> String.valueOf(value);
        };
    }

    private static String byType(ColumnProfile profile) {
        try {
            return written(Maskers.byType(profile));
        } catch (MaskingRefused e) {
            return KEEP_FOR_A_REASON;
        }
    }
}
