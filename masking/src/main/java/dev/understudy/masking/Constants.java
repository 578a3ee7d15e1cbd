package dev.understudy.masking;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Values that configs give, in the binary form of a column.
final class Constants {
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);

    private Constants() {}

    /// @throws MaskingRefused if the column cannot hold the value
    static byte[] encode(Object value, MaskingRule rule, ColumnProfile column) {
        try {
            return encode(value, column);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new MaskingRefused(
                    "%s: rule %s gives a value that is no %s; give %s"
                            .formatted(
                                    column.path(),
                                    rule.masker(),
                                    column.sqlType(),
                                    example(column.form())));
        }
    }

    private static byte[] encode(Object value, ColumnProfile column) {
        String text = value.toString();
        return switch (column.form()) {
            case TEXT -> text(text, column);
            case ENUM -> {
                require(column.labels().contains(text));
                yield utf8(text);
            }
            case INT2, INT4, INT8 -> {
                long number = Long.parseLong(text);
                require(IntegerRange.of(column).takes(number));
                yield number(number, Integers.size(column.form()));
            }
            case FLOAT4 -> number(Float.floatToIntBits(Float.parseFloat(text)), 4);
            case FLOAT8 -> number(Double.doubleToLongBits(Double.parseDouble(text)), 8);
            case NUMERIC -> {
                BigDecimal number = new BigDecimal(text);
                require(
                        column.maxLength().isEmpty()
                                || number.precision() <= column.maxLength().getAsInt());
                byte[] plain = utf8(number.toPlainString());
                MaskedValues numeric = new MaskedValues();
                Decimals.textToNumeric(plain, 0, plain.length, numeric);
                yield bytes(numeric);
            }
            case BOOL -> {
                require(text.equals("true") || text.equals("false"));
                yield new byte[] {(byte) (text.equals("true") ? 1 : 0)};
            }
            case DATE -> number(EPOCH.until(LocalDate.parse(text), ChronoUnit.DAYS), 4);
            case TIME -> number(LocalTime.parse(text).toNanoOfDay() / 1000, 8);
            case TIMESTAMP -> number(micros(LocalDateTime.parse(text.replace(' ', 'T'))), 8);
            case TIMESTAMPTZ -> {
                OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', 'T'));
                yield number(
                        micros(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()), 8);
            }
            case UUID -> {
                UUID uuid = UUID.fromString(text);
                require(uuid.toString().equalsIgnoreCase(text));
                byte[] bytes = new byte[16];
                Bytes.LONG.set(bytes, 0, uuid.getMostSignificantBits());
                Bytes.LONG.set(bytes, 8, uuid.getLeastSignificantBits());
                yield bytes;
            }
            case BYTES -> {
                byte[] bytes =
                        text.startsWith("\\x")
                                ? HexFormat.of().parseHex(text.substring(2))
                                : utf8(text);
                require(bytes.length <= column.maxLength().orElse(Integer.MAX_VALUE));
                yield bytes;
            }
            case INET, CIDR -> {
                byte[] address = NetworkAddress.encode(column.form(), text);
                if (address == null) {
                    throw new IllegalArgumentException("no address");
                }
                yield address;
            }
            case MACADDR, MACADDR8 -> octets(text, column.form() == ValueForm.MACADDR ? 6 : 8);
            case XML -> utf8(text);
            case HSTORE -> hstore(value);
            case COMPOSITE, OPAQUE -> throw new IllegalArgumentException("only null fits");
            case JSON -> utf8(JsonMasker.json(value));
            case JSONB -> utf8("\u0001" + JsonMasker.json(value));
        };
    }

    private static String example(ValueForm form) {
        return switch (form) {
            case TEXT -> "a text that is not too long";
            case ENUM -> "one of its labels";
            case INT2, INT4, INT8 -> "an integer within its range";
            case FLOAT4, FLOAT8, NUMERIC -> "a number within its range";
            case BOOL -> "true or false";
            case DATE -> "a date like 2000-01-31";
            case TIME -> "a time like 12:30:00";
            case TIMESTAMP -> "a time like 2000-01-31T12:30:00";
            case TIMESTAMPTZ -> "a time like 2000-01-31T12:30:00Z";
            case UUID -> "a UUID";
            case BYTES -> "bytes like \\x00ff that are not too many";
            case INET -> "an address like 192.0.2.1 or 2001:db8::1/64";
            case CIDR -> "a network like 192.0.2.0/24";
            case MACADDR, MACADDR8 -> "all octets, like 08:00:2b:01:02:03";
            case JSON, JSONB -> "a JSON value";
            case XML -> "an XML document";
            case HSTORE -> "a map of texts";
            case COMPOSITE, OPAQUE -> "null";
        };
    }

    private static byte[] octets(String text, int count) {
        byte[] octets = HexFormat.ofDelimiter(":").parseHex(text);
        require(octets.length == count);
        return octets;
    }

    private static byte[] hstore(Object value) {
        if (!(value instanceof Map<?, ?> pairs)) {
            throw new IllegalArgumentException("no map");
        }
        MaskedValues hstore = new MaskedValues();
        hstore.putInt(pairs.size());
        pairs.forEach((key, each) -> {
            putText(String.valueOf(key), hstore);
            putText(each, hstore);
        });
        hstore.commitParts();
        return bytes(hstore);
    }

    private static void putText(@Nullable Object text, MaskedValues hstore) {
        byte[] bytes = utf8(String.valueOf(text));
        hstore.putInt(text == null ? ColumnValues.NULL : bytes.length);
        hstore.put(bytes, 0, text == null ? 0 : bytes.length);
    }

    private static byte[] text(String text, ColumnProfile column) {
        int longest = column.maxLength().orElse(Integer.MAX_VALUE);
        int characters = text.codePointCount(0, text.length());
        require(characters <= longest && text.indexOf('\0') < 0);
        boolean padded = PaddedMasker.isPadded(column) && column.maxLength().isPresent();
        return utf8(padded ? text + " ".repeat(longest - characters) : text);
    }

    private static long micros(LocalDateTime time) {
        return EPOCH.atStartOfDay().until(time, ChronoUnit.MICROS);
    }

    private static byte[] number(long number, int size) {
        byte[] bytes = new byte[size];
        byte[] all = BigInteger.valueOf(number).toByteArray();
        if (number < 0) {
            Arrays.fill(bytes, (byte) -1);
        }
        require(all.length <= size);
        System.arraycopy(all, 0, bytes, size - all.length, all.length);
        return bytes;
    }

    private static byte[] bytes(MaskedValues values) {
        return Arrays.copyOfRange(
                values.bytes(), values.start(0), values.start(0) + values.length(0));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("the value does not fit");
        }
    }
}
