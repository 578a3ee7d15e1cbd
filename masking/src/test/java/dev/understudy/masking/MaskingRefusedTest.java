package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Rules that do not fit refuse when they are bound, and say what to do.
final class MaskingRefusedTest {
    record Refusal(MaskingRule rule, ColumnProfile column, String message) {
        @Override
        public String toString() {
            return rule + " on " + column.sqlType();
        }
    }

    static Stream<Refusal> refusals() {
        ColumnProfile bytes =
                ColumnProfile.of("public.customer.birth_date", "bytea", ValueForm.BYTES);
        return Stream.of(
                new Refusal(
                        MaskingRule.of("shift-date"),
                        bytes,
                        "public.customer.birth_date: rule shift-date needs a date or timestamp column but this one is bytea; use redact"),
                new Refusal(
                        MaskingRule.of("email"),
                        Columns.varchar(8),
                        "public.t.c: rule email needs 28 characters but the column is character varying(8); use text-scramble"),
                new Refusal(
                        MaskingRule.of("first-name"),
                        Columns.unique(Columns.text()),
                        "public.t.c: rule first-name can make two values equal but the column is unique; use text-scramble or hash"),
                new Refusal(
                        MaskingRule.of("first-name"),
                        Columns.varchar(2),
                        "public.t.c: rule first-name has too few words that fit the column's character varying(2); use text-scramble"),
                new Refusal(
                        MaskingRule.of("null"),
                        Columns.notNull(Columns.of(ValueForm.INT4)),
                        "public.t.c: rule null makes NULLs but the column is NOT NULL; use digits"),
                new Refusal(
                        MaskingRule.of("shift-date"),
                        Columns.unique(Columns.of(ValueForm.DATE)),
                        "public.t.c: rule shift-date can make two values equal but the column is unique; use shift-date with alike: true"),
                new Refusal(
                        Columns.rule("hash", Map.of("length", 8)),
                        Columns.unique(Columns.text()),
                        "public.t.c: rule hash can make two values equal but the column is unique; use text-scramble or hash"),
                new Refusal(
                        Columns.rule("hash", Map.of("length", 30)),
                        Columns.varchar(20),
                        "public.t.c: rule hash needs 30 characters but the column is character varying(20); use text-scramble or hash"),
                new Refusal(
                        MaskingRule.of("uuid"),
                        Columns.varchar(35),
                        "public.t.c: rule uuid needs 36 characters but the column is character varying(35); use text-scramble or hash"),
                new Refusal(
                        Columns.rule("constant", Map.of("value", "Maximilian")),
                        Columns.varchar(4),
                        "public.t.c: rule constant gives a value that is no character varying(4); give a text that is not too long"),
                new Refusal(
                        Columns.rule("constant", Map.of("value", "\\x00ff00")),
                        Columns.of(ValueForm.BYTES, "binary(2)", 2),
                        "public.t.c: rule constant gives a value that is no binary(2); give bytes like \\x00ff that are not too many"),
                new Refusal(
                        Columns.rule("constant", Map.of("value", 70_000)),
                        Columns.of(ValueForm.INT2),
                        "public.t.c: rule constant gives a value that is no int2; give an integer within its range"),
                new Refusal(
                        Columns.rule("constant", Map.of("value", "31.12.1999")),
                        Columns.of(ValueForm.DATE),
                        "public.t.c: rule constant gives a value that is no date; give a date like 2000-01-31"),
                new Refusal(
                        Columns.rule("constant", Map.of("value", "lost")),
                        Columns.of(ValueForm.ENUM),
                        "public.t.c: rule constant gives a value that is no enum; give one of its labels"),
                new Refusal(
                        Columns.rule("constant", Map.of("value", 1)),
                        Columns.of(ValueForm.OPAQUE),
                        "public.t.c: rule constant gives a value that is no opaque; give null"),
                new Refusal(
                        MaskingRule.of("choice"),
                        Columns.text(),
                        "public.t.c: rule choice needs values for a column of type text; give some"),
                new Refusal(
                        MaskingRule.of("json"),
                        Columns.varchar(100),
                        "public.t.c: rule json needs a column without a length but this one is character varying(100); use text-scramble"),
                new Refusal(
                        Columns.rule("redact", Map.of("style", "shape")),
                        Columns.of(ValueForm.JSONB),
                        "public.t.c: rule redact with style shape needs a text column but this one is jsonb; use style fixed"),
                new Refusal(
                        Columns.rule("key", Map.of("to", 40_000)),
                        Columns.of(ValueForm.INT2),
                        "public.t.c: rule key has a range from 1 to 40000 but the column is int2, which ends at 32767; use a smaller range, or digits"),
                new Refusal(
                        MaskingRule.of("ip-address"),
                        Columns.unique(Columns.text()),
                        "public.t.c: rule ip-address can make two values equal but the column is unique; use ip-address with spelling: shortest, text-scramble or hash"),
                new Refusal(
                        MaskingRule.of("text-scramble"),
                        ColumnProfile.of("shop.visit.ip", "inet6", ValueForm.TEXT),
                        "shop.visit.ip: rule text-scramble makes no network addresses but the column is inet6; use ip-address with spelling: shortest"),
                new Refusal(
                        MaskingRule.of("ip-address"),
                        Columns.varchar(14),
                        "public.t.c: rule ip-address needs 15 characters but the column is character varying(14); use text-scramble"),
                new Refusal(
                        Columns.rule("coordinate", Map.of("axis", "longitude")),
                        Columns.of(ValueForm.NUMERIC, "numeric(8,6)", 8),
                        "public.t.c: rule coordinate needs 3 digits before the point but the column is numeric(8,6); use noise"),
                new Refusal(
                        MaskingRule.of("coordinate"),
                        Columns.of(ValueForm.FLOAT8),
                        "public.t.c: rule coordinate needs an axis for a column of type float8; give axis: latitude or axis: longitude"),
                new Refusal(
                        Columns.rule("round", Map.of("step", 0.5)),
                        Columns.of(ValueForm.INT4),
                        "public.t.c: rule round gives numbers with 1 decimals but the column is int4; give some with 0"),
                new Refusal(
                        Columns.rule("bucket", Map.of("bounds", List.of(0, 40_000))),
                        Columns.of(ValueForm.INT2),
                        "public.t.c: rule bucket gives a value that is no int2; give an integer within its range"),
                new Refusal(
                        Columns.rule("clamp", Map.of("max", 100)),
                        Columns.of(ValueForm.NUMERIC, "numeric(4,2)", 4),
                        "public.t.c: rule clamp gives a value that is no numeric(4,2); give a number within its range"),
                new Refusal(
                        Columns.rule("truncate", Map.of("to", "hour")),
                        Columns.of(ValueForm.DATE),
                        "public.t.c: rule truncate cannot take a date to its hour; use month"),
                new Refusal(
                        Columns.rule("email", Map.of("domain", "x")),
                        Columns.text(),
                        "public.t.c: email has no parameter domain; known are from"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWhatDoesNotFit(Refusal refusal) {
        assertThatThrownBy(() -> Columns.bind(refusal.rule(), refusal.column()))
                .isInstanceOf(MaskingRefused.class)
                .hasMessage(refusal.message());
    }

    @Test
    void findsWhatIsWrongWithARuleWhateverTheColumn() {
        assertThat(Maskers.check(MaskingRule.of("first_name")))
                .containsExactly("there is no masker first_name; did you mean first-name?");
        assertThat(Maskers.check(MaskingRule.of("quantum")).getFirst())
                .contains("known are keep, null");
        assertThat(Maskers.check(Columns.rule("shift-date", Map.of("max-day", 5))))
                .containsExactly("shift-date has no parameter max-day; did you mean max-days?");
        assertThat(Maskers.check(Columns.rule("shift-date", Map.of("max-days", "5"))))
                .containsExactly("shift-date: max-days must be an integer");
        assertThat(Maskers.check(Columns.rule("shift-date", Map.of("max-days", 0))))
                .containsExactly("shift-date: max-days must be from 1 to 36500");
        assertThat(Maskers.check(Columns.rule("shift-date", Map.of("direction", "past"))))
                .containsExactly("shift-date: direction must be both, earlier or later");
        assertThat(Maskers.check(MaskingRule.of("constant")))
                .containsExactly("constant needs the parameter value: the value, or null");
        assertThat(Maskers.check(Columns.rule("hash", Map.of("encoding", "rot13"))))
                .containsExactly("hash: encoding must be hex or base32");
        assertThat(Maskers.check(Columns.rule("hash", Map.of("length", 33))))
                .containsExactly("hash: length must be from 1 to 32");
        assertThat(Maskers.check(Columns.rule("shift-date", Map.of("from", "1.1.1930"))))
                .containsExactly("shift-date: from must be a day, as 1930-01-01");
        assertThat(
                        Maskers.check(
                                Columns.rule(
                                        "shift-date",
                                        Map.of("from", "1930-01-01", "to", "1930-01-01"))))
                .containsExactly("shift-date: from must be before to");
        assertThat(Maskers.check(Columns.rule("noise", Map.of("from", 2, "to", 1))))
                .containsExactly("noise: from must not be above to");
        assertThat(Maskers.check(Columns.rule("noise", Map.of("percent", 100))))
                .containsExactly("noise: percent must be above 0 and below 100");
        assertThat(Maskers.check(Columns.rule("choice", Map.of("values", List.of()))))
                .containsExactly("choice: values must be given, and none of them null");
        assertThat(
                        Maskers.check(
                                Columns.rule(
                                        "json",
                                        Map.of(
                                                "paths",
                                                Map.of("email", "email"),
                                                "unlisted",
                                                "pass"))))
                .containsExactlyInAnyOrder(
                        "json: unlisted must be mask, keep or refuse",
                        "json: email: not a path like $.customer.notes[*].text");
        assertThat(
                        Maskers.check(
                                Columns.rule("json", Map.of("paths", Map.of("$.a", "shift-time")))))
                .containsExactly("json: $.a: shift-time cannot mask a text or a date in one");
        assertThat(Maskers.check(Columns.rule("key", Map.of("from", 5, "to", 5))))
                .containsExactly("key: to must be larger than from");
        assertThat(Maskers.check(Columns.rule("key", Map.of("to", 32_766))))
                .containsExactly(
                        "key: from and to leave one number alone before the end of a type; take it in");
        assertThat(Maskers.check(Columns.rule("ip-address", Map.of("method", "round"))))
                .containsExactly("ip-address: method must be prefix or flat");
        assertThat(Maskers.check(Columns.rule("round", Map.of("step", -1))))
                .containsExactly("round: step must be above 0");
        assertThat(Maskers.check(Columns.rule("bucket", Map.of("bounds", List.of(3, 2)))))
                .containsExactly("bucket: bounds must ascend");
        assertThat(Maskers.check(MaskingRule.of("clamp")))
                .containsExactly("clamp: give min, max or both");
        assertThat(Maskers.check(Columns.rule("truncate", Map.of("to", "decade"))))
                .containsExactly(
                        "truncate: to must be year, quarter, month, week, day, hour, minute or second");
        assertThat(Maskers.check(Columns.rule("birth-date", Map.of("on", "today"))))
                .containsExactly("birth-date: on must be a day like 2026-01-01");
        assertThat(Maskers.check(MaskingRule.of("email"))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ValueForm.class)
    void aColumnOfAnyFormHasARuleByItsType(ValueForm form) {
        for (ColumnProfile column :
                List.of(
                        Columns.of(form),
                        Columns.unique(Columns.of(form)),
                        Columns.array(Columns.of(form)))) {
            MaskingRule rule = Maskers.byType(column);
            assertThat(rule.masker()).isNotEqualTo("keep");
            Columns.bind(rule, column);
        }
    }

    @Test
    void uniqueBytesAreHashedOnlyWhereTheyHaveRoomToStayApart() {
        ColumnProfile roomy = Columns.unique(Columns.of(ValueForm.BYTES, "varbinary(12)", 12));
        MaskingRule hash = MaskingRule.of("hash");
        assertThat(Maskers.byType(roomy)).isEqualTo(hash);
        assertThat(Columns.mask(Columns.bind(hash, roomy), List.of(Columns.utf8("a"))))
                .singleElement()
                .satisfies(each -> assertThat(each).hasSize(12));
        ColumnProfile tight = Columns.unique(Columns.of(ValueForm.BYTES, "binary(8)", 8));
        assertThat(Maskers.byType(tight)).isEqualTo(MaskingRule.of("null"));
        assertThatThrownBy(() -> Maskers.byType(Columns.notNull(tight)))
                .hasMessageContaining("no masker fits a unique column of type binary(8)");
    }

    @Test
    void anOpaqueColumnThatMustNotBeNullBecomesEmptyInTheFormThatItsRowsHave() {
        byte[] value = {9};
        for (boolean binary : List.of(true, false)) {
            ColumnProfile range = Columns.notNull(Columns.range(binary));
            MaskingRule rule = Maskers.byType(range);
            assertThat(rule).isEqualTo(MaskingRule.of("empty"));
            assertThat(Columns.mask(Columns.bind(rule, range), Arrays.asList(value, null)))
                    .containsExactly(binary ? new byte[] {1} : Columns.utf8("empty"), null);
        }
        assertThatThrownBy(
                        () -> Maskers.byType(Columns.unique(Columns.notNull(Columns.range(true)))))
                .hasMessageContaining("no masker fits a unique column");
        assertThatThrownBy(() ->
                        Columns.bind(
                                MaskingRule.of("empty"),
                                Columns.unique(Columns.notNull(Columns.range(true)))))
                .hasMessageContaining("can make two values equal but the column is unique");
        assertThatThrownBy(
                        () -> Columns.bind(MaskingRule.of("empty"), Columns.of(ValueForm.OPAQUE)))
                .hasMessage(
                        "public.t.c: rule empty needs a range, multirange, interval, tsvector or geometry column but this one is opaque; use null");
    }

    @Test
    void aGeometryGoesToTheOriginOfItsOwnReferenceSystem() {
        byte[] somewhere = HexFormat.of().parseHex("e6100000" + "0101000000" + "7b".repeat(16));
        ColumnProfile range = Columns.notNull(Columns.range(true));
        var point =
                new ColumnProfile(
                        range.path(),
                        "point",
                        range.form(),
                        false,
                        range.maxLength(),
                        false,
                        false,
                        List.of(),
                        List.of(),
                        Neutral.ofGeometry("POINT"),
                        true);
        assertThat(Maskers.byType(point)).isEqualTo(MaskingRule.of("empty"));
        assertThat(
                        Columns.mask(
                                Columns.bind(MaskingRule.of("empty"), point),
                                Arrays.asList(somewhere, null)))
                .containsExactly(
                        HexFormat.of().parseHex("e6100000" + "0101000000" + "00".repeat(16)), null);
        assertThat(Neutral.ofGeometry("blob")).isEmpty();
    }

    @Test
    void anOpaqueColumnThatMustNotBeNullHasNone() {
        assertThatThrownBy(() -> Maskers.byType(Columns.notNull(Columns.of(ValueForm.OPAQUE))))
                .isInstanceOf(MaskingRefused.class)
                .hasMessage(
                        "public.t.c: no masker fits a column of type opaque that is NOT NULL; keep it with a reason, or exclude the table");
    }
}
