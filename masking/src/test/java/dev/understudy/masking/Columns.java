package dev.understudy.masking;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Columns, values and rules for tests.
final class Columns {
    static final MaskingKeys KEYS = MaskingKeys.of("a secret of the tests, no other", 1);

    private Columns() {}

    static ColumnProfile text() {
        return ColumnProfile.of("public.t.c", "text", ValueForm.TEXT);
    }

    static ColumnProfile varchar(int length) {
        return of(ValueForm.TEXT, "character varying(" + length + ")", length);
    }

    static ColumnProfile of(ValueForm form, String sqlType, int maxLength) {
        return new ColumnProfile(
                "public.t.c",
                sqlType,
                form,
                false,
                OptionalInt.of(maxLength),
                true,
                false,
                List.of());
    }

    static ColumnProfile of(ValueForm form) {
        List<String> labels =
                form == ValueForm.ENUM ? List.of("new", "paid", "sent", "done") : List.of();
        return new ColumnProfile(
                "public.t.c",
                form.name().toLowerCase(java.util.Locale.ROOT),
                form,
                false,
                OptionalInt.empty(),
                true,
                false,
                labels,
                form == ValueForm.COMPOSITE
                        ? List.of(
                                new ColumnProfile.Attribute("street", text()),
                                new ColumnProfile.Attribute("number", of(ValueForm.INT4)))
                        : List.of(),
                Optional.empty(),
                true);
    }

    static ColumnProfile range(boolean binary) {
        return new ColumnProfile(
                "public.t.c",
                "int4range",
                ValueForm.OPAQUE,
                false,
                OptionalInt.empty(),
                true,
                false,
                List.of(),
                List.of(),
                Optional.of(Neutral.RANGE),
                binary);
    }

    static ColumnProfile unique(ColumnProfile column) {
        return new ColumnProfile(
                column.path(),
                column.sqlType(),
                column.form(),
                column.array(),
                column.maxLength(),
                column.nullable(),
                true,
                column.labels(),
                column.attributes(),
                column.neutral(),
                column.binary());
    }

    static ColumnProfile notNull(ColumnProfile column) {
        return new ColumnProfile(
                column.path(),
                column.sqlType(),
                column.form(),
                column.array(),
                column.maxLength(),
                false,
                column.unique(),
                column.labels(),
                column.attributes(),
                column.neutral(),
                column.binary());
    }

    static ColumnProfile array(ColumnProfile column) {
        return new ColumnProfile(
                column.path(),
                column.sqlType() + "[]",
                column.form(),
                true,
                column.maxLength(),
                column.nullable(),
                column.unique(),
                column.labels(),
                column.attributes(),
                column.neutral(),
                column.binary());
    }

    static MaskingRule rule(String masker, Map<String, @Nullable Object> parameters) {
        return new MaskingRule(masker, parameters, Optional.empty(), Optional.empty());
    }

    static ColumnMasker bind(MaskingRule rule, ColumnProfile column) {
        return Maskers.named(rule.masker()).orElseThrow().bind(rule, column, KEYS);
    }

    /// Masks values, null for NULL.
    static List<byte @Nullable []> mask(ColumnMasker masker, List<byte @Nullable []> values) {
        MaskedValues out = new MaskedValues();
        mask(masker, values, out);
        List<byte @Nullable []> masked = new ArrayList<>();
        for (int i = 0; i < out.count(); i++) {
            masked.add(
                    out.length(i) < 0
                            ? null
                            : Arrays.copyOfRange(
                                    out.bytes(), out.start(i), out.start(i) + out.length(i)));
        }
        return masked;
    }

    static void mask(ColumnMasker masker, List<byte @Nullable []> values, MaskedValues out) {
        int size = values.stream().mapToInt(each -> each == null ? 0 : each.length).sum();
        byte[] bytes = new byte[size];
        ColumnValues in = new ColumnValues();
        in.reset(bytes, values.size());
        int at = 0;
        for (byte @Nullable [] value : values) {
            if (value == null) {
                in.add(at, ColumnValues.NULL);
            } else {
                System.arraycopy(value, 0, bytes, at, value.length);
                in.add(at, value.length);
                at += value.length;
            }
        }
        byte[] before = bytes.clone();
        masker.mask(in, out);
        if (!Arrays.equals(before, bytes)) {
            throw new AssertionError("the masker changed its input");
        }
    }

    /// Masks texts of one column.
    static List<String> maskText(MaskingRule rule, ColumnProfile column, String... texts) {
        List<byte @Nullable []> values = new ArrayList<>();
        for (String text : texts) {
            values.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return mask(bind(rule, column), values).stream()
                .map(each -> each == null ? "NULL" : new String(each, StandardCharsets.UTF_8))
                .toList();
    }

    static String maskText(String masker, String text) {
        return maskText(MaskingRule.of(masker), text(), text).getFirst();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A value of the composite type that {@link #of} gives; null for NULL.
    static byte[] composite(@Nullable String street, @Nullable Integer number) {
        return parts(
                2,
                int4(25),
                sized(street),
                int4(23),
                sizedBytes(number == null ? null : int4(number)));
    }

    /// An array of one dimension; null for NULL.
    static byte[] arrayOf(byte @Nullable [] first, byte @Nullable [] second) {
        return parts(
                1,
                int4(first == null || second == null ? 1 : 0),
                int4(25),
                int4(2),
                int4(1),
                sizedBytes(first),
                sizedBytes(second));
    }

    /// A value of hstore of keys and values in turns; null for NULL.
    static byte[] hstore(@Nullable String... keysAndValues) {
        byte[][] all = new byte[keysAndValues.length][];
        for (int i = 0; i < all.length; i++) {
            all[i] = sized(keysAndValues[i]);
        }
        return parts(all.length / 2, all);
    }

    private static byte[] sized(@Nullable String text) {
        return sizedBytes(text == null ? null : utf8(text));
    }

    private static byte[] sizedBytes(byte @Nullable [] value) {
        return value == null ? int4(-1) : parts(value.length, value);
    }

    private static byte[] parts(int number, byte[]... parts) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(int4(number));
        for (byte[] each : parts) {
            all.writeBytes(each);
        }
        return all.toByteArray();
    }

    static byte[] int2(int number) {
        return ByteBuffer.allocate(2).putShort((short) number).array();
    }

    static byte[] int4(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    static byte[] int8(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static byte[] numeric(String decimal) {
        MaskedValues out = new MaskedValues();
        byte[] text = utf8(decimal);
        Decimals.textToNumeric(text, 0, text.length, out);
        return Arrays.copyOf(out.bytes(), out.length(0));
    }

    static String numericText(byte[] numeric) {
        MaskedValues out = new MaskedValues();
        Decimals.numericToText(numeric, 0, out);
        return new String(out.bytes(), 0, out.length(0), StandardCharsets.US_ASCII);
    }

    /// Masks values of rows whose other columns had and have these values.
    static List<byte @Nullable []> mask(
            MaskingRule rule,
            ColumnProfile column,
            List<byte @Nullable []> values,
            List<ColumnProfile> read,
            List<List<byte @Nullable []>> others,
            List<List<byte @Nullable []>> results) {
        ColumnMasker masker =
                Maskers.named(rule.masker()).orElseThrow().bind(rule, column, read, KEYS);
        var row = new RowContext(others.size());
        for (int i = 0; i < others.size(); i++) {
            row.set(i, values(others.get(i)), values(results.get(i)));
        }
        var out = new MaskedValues();
        masker.mask(values(values), row, out);
        List<byte @Nullable []> masked = new ArrayList<>();
        for (int i = 0; i < out.count(); i++) {
            int start = out.start(i);
            masked.add(
                    out.length(i) < 0
                            ? null
                            : Arrays.copyOfRange(out.bytes(), start, start + out.length(i)));
        }
        return masked;
    }

    static ColumnValues values(List<byte @Nullable []> values) {
        int size = values.stream().mapToInt(each -> each == null ? 0 : each.length).sum();
        var bytes = ByteBuffer.allocate(size);
        var column = new ColumnValues();
        column.reset(bytes.array(), values.size());
        for (byte @Nullable [] each : values) {
            column.add(bytes.position(), each == null ? ColumnValues.NULL : each.length);
            if (each != null) {
                bytes.put(each);
            }
        }
        return column;
    }

    static List<byte @Nullable []> utf8(List<@Nullable String> texts) {
        List<byte @Nullable []> values = new ArrayList<>();
        texts.forEach(each -> values.add(each == null ? null : utf8(each)));
        return values;
    }

    static List<@Nullable String> texts(List<byte @Nullable []> values) {
        List<@Nullable String> texts = new ArrayList<>();
        values.forEach(
                each -> texts.add(each == null ? null : new String(each, StandardCharsets.UTF_8)));
        return texts;
    }
}
