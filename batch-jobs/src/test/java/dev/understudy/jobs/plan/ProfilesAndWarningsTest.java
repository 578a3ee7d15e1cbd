package dev.understudy.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.config.JobConfig;
import dev.understudy.config.PersonalKind;
import dev.understudy.config.Problem;
import dev.understudy.config.Problem.Severity;
import dev.understudy.jobs.keys.JobKeys;
import dev.understudy.jobs.keys.KeyHistory;
import dev.understudy.jobs.keys.KeyUse;
import dev.understudy.masking.MaskingKeys;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilesAndWarningsTest {
    private static Sketch patient(String... columns) {
        return new Sketch().table("patient", columns);
    }

    private static List<String> ids(Sketch sketch, String rest) {
        return sketch.found(rest).stream()
                .map(each ->
                        (each.severity() == Severity.ACKNOWLEDGED ? "accepted " : "") + each.id())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "full_name, NAME",
        "email, EMAIL",
        "home_phone, PHONE",
        "address_line1, STREET",
        "city, CITY",
        "zip_code, POSTCODE",
        "dob, BIRTH_DATE",
        "birth_date, BIRTH_DATE",
        "admissionDate, PERSON_DATE",
        "discharged_at, PERSON_DATE",
        "age, AGE",
        "ssn, NATIONAL_ID",
        "mrn, MEDICAL_RECORD",
        "insurance_number, HEALTH_PLAN",
        "account_number, ACCOUNT",
        "license_number, LICENCE",
        "vin, VEHICLE",
        "license_plate, VEHICLE",
        "device_serial, DEVICE",
        "homepage, URL",
        "ip_address, NETWORK_ADDRESS",
        "fingerprint, BIOMETRIC",
        "photo, PHOTO",
        "card_number, CARD_NUMBER",
        "pan, CARD_NUMBER",
        "cvv, CARD_CODE",
        "notes, FREE_TEXT",
        "latitude, PLACE"
    })
    void knowsAColumnsKindByItsName(String column, PersonalKind kind) {
        assertThat(Kinds.byName(column)).contains(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "visit_type",
        "page",
        "package",
        "company",
        "status",
        "created_at",
        "card_type",
        "pancake"
    })
    void seesNothingInNamesThatOnlyLookAlike(String column) {
        assertThat(Kinds.byName(column)).isEmpty();
    }

    /// Column and type, with what it becomes where a wide rule keeps it, and what is proposed where
    /// none does.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "national_id text | W104 | text-scramble",
                "tax_id int8 | W104 | digits",
                "email_id text | W104 | email",
                "email2 text | W104 | email",
                "Passport_Code varchar(20) | W104 | text-scramble",
                "api_key text | W104 | hash",
                "mrn int4 | W104 | digits",
                "vin text | W104 | text-scramble",
                "prénom text | W104 | first-name",
                "Straße text | W104 | street",
                "geburtsdatum date | W104 | shift-date",
                "last_ip_addr text | W104 | hash",
                "driver_id int4 | | keep",
                "card_type text | | keep",
                "device_id int4 | | keep",
                "token_version int4 | | keep",
            })
    void namesThatLookPersonalAreWarnedOfThoughTheyEndAsThoseOfKeysDo(
            String column, @Nullable String warning, String proposal) {
        Sketch sketch = patient("id int4 primary", column);
        assertThat(ids(sketch, "columns: { \"*\": keep }"))
                .isEqualTo(Optional.ofNullable(warning).stream().toList());
        assertThat(sketch.found("columns: { id: keep }"))
                .extracting(Problem::hint)
                .singleElement(InstanceOfAssertFactories.STRING)
                .endsWith(": " + proposal);
    }

    @Test
    void aColumnThatReferencesAnotherIsNotWarnedOfByItsName() {
        Sketch sketch =
                new Sketch()
                        .table("tax", "id int4 primary")
                        .table("sale", "id int4 primary", "tax_id int4 -> tax.id");
        assertThat(ids(sketch, "columns: { \"*\": keep }")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // profile | column and type | rule | what it leads to, nothing if it is accepted
                "gdpr-pseudonymous | email text | keep | P101",
                "gdpr-pseudonymous | email text | email |",
                "gdpr-pseudonymous | email text | text-scramble |",
                "gdpr-pseudonymous | ssn text | { mask: redact, style: ends } | P101",
                "gdpr-pseudonymous | birth_date date | shift-date |",
                "hipaa-safe-harbor | full_name text | { mask: keep, reason: x } | P201",
                "hipaa-safe-harbor | mrn text | digits |",
                "hipaa-safe-harbor | mrn text | keep | P201",
                "hipaa-safe-harbor | city text | { mask: keep, reason: x } | P202",
                "hipaa-safe-harbor | zip text | { mask: keep, reason: x } | P202",
                "hipaa-safe-harbor | zip text | { mask: redact, style: ends, keep-first: 3, keep-last: 0 } | P202",
                "hipaa-safe-harbor | zip text | zip3 |",
                "hipaa-safe-harbor | zip text | postcode |",
                "hipaa-safe-harbor | admission_date date | keep | P203",
                "hipaa-safe-harbor | admission_date date | shift-date | P203",
                "hipaa-safe-harbor | admission_date date | { mask: truncate, to: month } | P203",
                "hipaa-safe-harbor | admission_date date | { mask: truncate, to: year } |",
                "hipaa-safe-harbor | admission_date date | year |",
                "hipaa-safe-harbor | birth_date date | year | P203",
                "hipaa-safe-harbor | birth_date date | { mask: birth-date, on: \"2026-01-01\" } |",
                "hipaa-safe-harbor | birth_date date | { mask: birth-date, on: \"2026-01-01\", oldest: 99 } | P203",
                "hipaa-safe-harbor | age int4 | keep | P204",
                "hipaa-safe-harbor | age int4 | noise | P204",
                "hipaa-safe-harbor | age int4 | { mask: clamp, max: 95 } | P204",
                "hipaa-safe-harbor | age int4 | { mask: clamp, max: 90 } |",
                "hipaa-safe-harbor | age int4 | { mask: bucket, bounds: [0, 18, 65, 90] } |",
                "hipaa-safe-harbor | created_at timestamptz | keep | P205",
                "hipaa-safe-harbor | created_at timestamptz | year |",
                "hipaa-safe-harbor | notes text | free-text | P206",
                "hipaa-safe-harbor | notes text | redact |",
                "pci-dss | card_number text | { mask: keep, reason: x } | P301",
                "pci-dss | card_number text | payment-card |",
                "pci-dss | card_number text | { mask: payment-card, bin: keep } |",
                "pci-dss | card_number text | { mask: redact, style: ends, keep-first: 6, keep-last: 4 } |",
                "pci-dss | card_number text | { mask: redact, style: ends, keep-first: 8, keep-last: 4 } | P301",
                "pci-dss | cvv text | { mask: keep, reason: x } | P302",
                "pci-dss | cvv text | \"null\" |",
            })
    void holdsARuleToWhatTheProfileDemands(String profile, String column, String rule, String id) {
        Sketch sketch = patient("id int4 primary", column);
        String name = column.substring(0, column.indexOf(' '));

        List<String> found =
                ids(
                        sketch,
                        "profile: %s\ncolumns: { id: keep, %s: %s }"
                                .formatted(profile, name, rule));

        assertThat(found.stream().filter(each -> each.startsWith("P")))
                .containsExactlyElementsOf(id == null ? List.of() : List.of(id));
    }

    @Test
    void decidesAboutColumnsThatNoRuleDecidesAbout() {
        Plan plan =
                patient(
                                "id int4 primary",
                                "full_name text",
                                "email text unique",
                                "zip varchar(10)",
                                "admission_date date",
                                "birth_date date",
                                "dob text",
                                "age int4",
                                "card_number text",
                                "notes text")
                        .plan("profile: [hipaa-safe-harbor, pci-dss]\ncolumns: { id: keep }");

        assertThat(plan.tables().getFirst().columns())
                .extracting(each -> each.rule().masker() + " by " + each.decidedBy())
                .contains(
                        "full-name by hipaa-safe-harbor, as name",
                        "email by hipaa-safe-harbor, as email",
                        "zip3 by hipaa-safe-harbor, as postcode",
                        "year by hipaa-safe-harbor, as person-date",
                        "birth-date by hipaa-safe-harbor, as birth-date",
                        "null by hipaa-safe-harbor, as birth-date",
                        "clamp by hipaa-safe-harbor, as age",
                        "redact by hipaa-safe-harbor, as free-text")
                .anyMatch(each -> each.endsWith("as card-number"));
        assertThat(plan.tables().getFirst().columns())
                .filteredOn(each -> each.rule().masker().equals("birth-date"))
                .singleElement()
                .satisfies(each ->
                        assertThat(each.rule().parameters()).containsEntry("on", "2026-12-31"));
    }

    @Test
    void leavesToTheConfigWhatItCannotDecide() {
        assertThat(
                        ids(
                                patient("id int4 primary", "age text", "colour text"),
                                "profile: hipaa-safe-harbor\ncolumns: { id: keep }"))
                .containsExactly("undecided-column", "undecided-column");
    }

    @Test
    void kindsOfTheConfigGoBeforeNames() {
        Sketch sketch = patient("id int4 primary", "city text", "number text");

        assertThat(
                        ids(
                                sketch,
                                """
                                profile: hipaa-safe-harbor
                                kinds: { public.patient.city: none, "*.number": medical-record }
                                columns: { id: keep, city: { mask: keep, reason: a brand of cars }, number: keep }
                                """))
                .containsExactly("P201");
    }

    @Test
    void aConcernIsAcceptedWithAReasonOnlyWhereTheProfileAllowsIt() {
        Sketch sketch = patient("id int4 primary", "email text", "created_at timestamptz");
        String columns =
                "columns: { id: keep, email: { mask: keep, reason: x }, created_at: keep }\n";

        List<Problem> found =
                sketch.found(
                        """
                        profile: [gdpr-pseudonymous]
                        acknowledge: { P101: { "*.email": "shops, no people" } }
                        """
                                + columns);
        assertThat(found)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.severity()).isEqualTo(Severity.ACKNOWLEDGED);
                    assertThat(problem.hint()).isEqualTo("shops, no people");
                });
        assertThat(
                        ids(
                                sketch,
                                """
                                profile: hipaa-safe-harbor
                                acknowledge: { P205: { "*.created_at": "when the row was written" } }
                                """
                                        + columns))
                .containsExactly("P201", "accepted P205");
    }

    @Test
    void warnsOfWhatMaskingDoesNotProtectFrom() {
        Sketch sketch =
                patient(
                                "id int4 primary",
                                "state text",
                                "last_name text",
                                "code varchar(3)",
                                "phone text")
                        .statistics("patient", "state", 3, 0.5)
                        .statistics("patient", "last_name", 900, 0.4)
                        .statistics("patient", "phone", 900, 0.01);
        String rules =
                "columns: { id: keep, state: text-scramble, last_name: last-name, code: text-scramble, phone: keep }\n";

        assertThat(sketch.problems(rules)).containsExactly("W101:4", "W102:4", "W103:4", "W104:4");
        assertThat(
                        ids(
                                sketch,
                                rules
                                        + """
                                        acknowledge:
                                          W101: { public.patient.state: "three, wanted" }
                                          W102: { last_name: "a common name" }
                                          W103: { code: "of products" }
                                          W104: { phone: "of the hospital" }
                                        """))
                .containsExactly(
                        "accepted W101", "accepted W102", "accepted W103", "accepted W104");
    }

    @Test
    void anAcknowledgementOfNothingIsAnError() {
        Sketch sketch = patient("id int4 primary", "state text");
        String columns = "columns: { id: keep, state: text-scramble }\nacknowledge: ";

        assertThat(ids(sketch, columns + "{ W104: { state: why } }"))
                .containsExactly("acknowledgement-matches-nothing");
        assertThat(ids(sketch, columns + "{ W101: { stat: why } }"))
                .containsExactly("acknowledgement-matches-nothing");
        // Statistics come and go.
        assertThat(ids(sketch, columns + "{ W101: { state: why } }")).isEmpty();
        assertThat(ids(sketch, columns + "{ W105: why }")).isEmpty();
    }

    @Test
    void warnsOfAnEpochBehindALaterOne() {
        String rest = "epoch: 1\ncolumns: { id: keep }\n";
        JobConfig config = Sketch.config(rest);
        MaskingKeys keys = JobKeys.open(config);
        var history =
                new KeyHistory(
                        List.of(
                                new KeyUse("run 1", keys.id(0), OptionalInt.of(0), false),
                                new KeyUse("run 2", keys.id(2), OptionalInt.of(2), false)));

        assertThat(patient("id int4 primary").plan(config, keys, history).warnings())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.id()).isEqualTo("W105");
                    assertThat(problem.message()).contains("run 2", keys.id(2), "epoch 1");
                });
    }
}
