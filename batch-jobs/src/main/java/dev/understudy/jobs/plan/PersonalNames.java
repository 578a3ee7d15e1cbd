package dev.understudy.jobs.plan;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRefused;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import java.text.Normalizer;
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
    EMAIL("email", "(e?_?mail(_?(address|addr|id))?|correo)s?"),
    FIRST_NAME("first-name", "(first|given|middle|fore|preferred)_?names?|fname|vorname|prenom"),
    LAST_NAME(
            "last-name",
            "(last|family|sur|maiden|second)_?names?|lname|surname|nachname|familienname|apellidos?|cognome|sobrenome|mother|father"),
    FULL_NAME(
            "full-name",
            "(full|contact|customer|person|patient|employee|holder|display|nick|ship|billing|author|recipient|cardholder|emergency_contact)_?names?"),
    PHONE(
            "phone",
            "(tele|mobile_?|cell_?|home_?|work_?)?(phone|fax)(_?(number|num|no))?|mobile(_?(number|num|no))?|tel|telefon[eo]?(_?(nummer|nr))?|handy|celular"),
    STREET(
            "street",
            "(street|(?<!ip_|mac_)addr(ess)?)(_?(line)?_?[0-9]?|_?name)?|(ship|home|billing)_?address|adresse|anschrift|strasse|direccion|indirizzo|endereco"),
    CITY("city", "(ship_?|birth_?|billing_?)?(city|town|birthplace)|wohnort|ville|ciudad|cidade"),
    POSTCODE(
            "postcode",
            "(ship_?|billing_?)?(zip|(postal|post|zip)_?code)|plz|code_?postal|codigo_?postal"),
    BIRTH_DATE(
            "shift-date",
            "(date_?of_?)?(birth|death)(_?(date|day))?|dob|geburts(datum|tag)|date_?(de_?)?naissance|fecha_?(de_?)?nacimiento|data_?(di_?)?nascita|data_?(de_?)?nascimento"),
    /// Some have letters that are made from a name: they must not stay.
    NUMBER(
            "text-scramble",
            "ssn|social_?security(_?number)?|passport(_?(id|code))?|drivers?|licen[cs]e|(national|tax|vat|fiscal|citizen|social_?security)_?id(_?number)?|(fiscal|personal)_?code|codice_?fiscale|steuer_?(id|nummer)|vat|iban|bic|(credit_?)?card(_?number)?|account_?(number|num|no)|cvv|(security|pin)_?code"),
    SECRET(
            "hash",
            "passw(or)?[dt]|pwd|kennwort|secret|(api_?|access_?)?token|(api|access|secret|private|auth)_?key|salt|login|user_?name|ip(_?addr(ess)?)?|mac_?addr(ess)?"),
    SENSITIVE(
            "text-scramble",
            "salary|income|gender|sex|religion|ethnicity|race|marital(_?status)?|nationality|diagnosis|prefix|suffix|maiden|lat(itude)?|lon(gitude)?"),
    /// Whatever somebody may write about somebody: names and numbers in the middle of it would
    /// still be recognised by their shapes.
    FREE_TEXT(
            "redact",
            "notes?|comments?|remarks?|messages?|narrative|memo|transcript|bio|resume|signature|bemerkung(en)?|notiz(en)?|kommentare?"),
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
    private static final Pattern MARKS = Pattern.compile("\\p{M}");

    /// What ends so refers to something or counts it, unless the end itself is among the words.
    private static final Pattern KEY =
            Pattern.compile("(^|.*_)(id|uuid|guid|key|code|type|status|count|version|flag|kind)");

    private final String masker;
    private final Pattern words;
    private final Pattern end;

    PersonalNames(String masker, String words) {
        this.masker = masker;
        this.words = Pattern.compile("(^|.*_)(" + words + ")[0-9]*(_.*|$)");
        end = Pattern.compile("(^|.*_)(" + words + ")");
    }

    /// What the name looks like; empty if it looks like nothing personal.
    static Optional<PersonalNames> of(String column) {
        String name = plain(column);
        boolean key = KEY.matcher(name).matches();
        return Stream.of(values())
                .filter(each -> (key ? each.end : each.words).matcher(name).matches())
                .findFirst();
    }

    /// In small letters without accents, its words parted by underscores.
    static String plain(String column) {
        String parted = CAMEL.matcher(column).replaceAll("_").toLowerCase(Locale.ROOT);
        return MARKS.matcher(Normalizer.normalize(parted.replace("ß", "ss"), Normalizer.Form.NFD))
                .replaceAll("");
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
        boolean wordy =
                WORDY.contains(profile.form())
                        || profile.sqlType().equals("tsvector")
                        || Kinds.isPersonal(column);
        boolean key = KEY.matcher(column.toLowerCase(Locale.ROOT)).matches();
        return wordy && !key && !listed ? byType(profile) : "keep";
    }

    /// A rule as the config writes it.
    static String written(MaskingRule rule) {
        var text = new StringBuilder(rule.masker());
        rule.parameters()
                .forEach((name, value) ->
                        text.append(", ").append(name).append(": ").append(yaml(value)));
        rule.domain().ifPresent(domain -> text.append(", domain: ").append(yaml(domain)));
        return text.length() == rule.masker().length() ? rule.masker() : "{ mask: " + text + " }";
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
