package dev.understudy.jobs.plan;

import dev.understudy.masking.ValueForm;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/// Turns single values from PostgreSQL's text into its binary form and back. For the few values
/// that planning tries out; rows never come here.
///
/// Source: PostgreSQL's `*_send` and `*_recv` functions.
final class WireText {
    private static final LocalDate DAY_ZERO = LocalDate.of(2000, 1, 1);
    private static final LocalDateTime TIME_ZERO = DAY_ZERO.atStartOfDay();
    private static final BigInteger GROUP = BigInteger.valueOf(10_000);
    private static final byte IPV4 = 2;
    private static final byte IPV6 = 3;
    private static final short NEGATIVE = 0x4000;

    private WireText() {}

    /// The binary form; empty if the text is no such value.
    static Optional<byte[]> encode(ValueForm form, String text) {
        try {
            return Optional.of(bytes(form, text));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(ValueForm form, String text) {
        return switch (form) {
            case TEXT, ENUM, JSON, XML, OPAQUE -> text.getBytes(StandardCharsets.UTF_8);
            case JSONB -> ("\u0001" + text).getBytes(StandardCharsets.UTF_8);
            case INT2 -> ByteBuffer.allocate(2).putShort(Short.parseShort(text)).array();
            case INT4 -> ByteBuffer.allocate(4).putInt(Integer.parseInt(text)).array();
            case INT8 -> ByteBuffer.allocate(8).putLong(Long.parseLong(text)).array();
            case FLOAT4 -> ByteBuffer.allocate(4).putFloat(Float.parseFloat(text)).array();
            case FLOAT8 -> ByteBuffer.allocate(8).putDouble(Double.parseDouble(text)).array();
            case NUMERIC -> numeric(new BigDecimal(text));
            case BOOL -> new byte[] {(byte) (Boolean.parseBoolean(text) ? 1 : 0)};
            case DATE ->
                    ByteBuffer.allocate(4)
                            .putInt(
                                    Math.toIntExact(
                                            DAY_ZERO.until(LocalDate.parse(text), ChronoUnit.DAYS)))
                            .array();
            case TIME ->
                    ByteBuffer.allocate(8)
                            .putLong(LocalTime.parse(text).toNanoOfDay() / 1_000)
                            .array();
            case TIMESTAMP, TIMESTAMPTZ ->
                    ByteBuffer.allocate(8)
                            .putLong(TIME_ZERO.until(LocalDateTime.parse(text), ChronoUnit.MICROS))
                            .array();
            case UUID -> {
                UUID id = java.util.UUID.fromString(text);
                yield ByteBuffer.allocate(16)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array();
            }
            case BYTES -> HexFormat.of().parseHex(text.replaceFirst("^\\\\x", ""));
            case INET -> address(text, 0);
            case CIDR -> address(text, 1);
            case MACADDR, MACADDR8 -> HexFormat.ofDelimiter(":").parseHex(text);
            case HSTORE, COMPOSITE -> throw new IllegalArgumentException("nobody tries these out");
        };
    }

    private static byte[] address(String text, int isNetwork) {
        String[] parts = text.split("/", 2);
        byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
        int prefix = parts.length == 1 ? 8 * address.length : Integer.parseInt(parts[1]);
        return ByteBuffer.allocate(4 + address.length)
                .put(address.length == 4 ? IPV4 : IPV6)
                .put((byte) prefix)
                .put((byte) isNetwork)
                .put((byte) address.length)
                .put(address)
                .array();
    }

    static String decode(ValueForm form, byte[] bytes, int start, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, start, length);
        return switch (form) {
            case TEXT, ENUM, JSON, XML, OPAQUE ->
                    new String(bytes, start, length, StandardCharsets.UTF_8);
            case JSONB -> new String(bytes, start + 1, length - 1, StandardCharsets.UTF_8);
            case INT2 -> Short.toString(in.getShort());
            case INT4 -> Integer.toString(in.getInt());
            case INT8 -> Long.toString(in.getLong());
            case FLOAT4 -> Float.toString(in.getFloat());
            case FLOAT8 -> Double.toString(in.getDouble());
            case NUMERIC -> numeric(in);
            case BOOL -> Boolean.toString(in.get() != 0);
            case DATE -> DAY_ZERO.plusDays(in.getInt()).toString();
            case TIME -> LocalTime.ofNanoOfDay(in.getLong() * 1_000).toString();
            case TIMESTAMP -> TIME_ZERO.plus(in.getLong(), ChronoUnit.MICROS).toString();
            case TIMESTAMPTZ -> TIME_ZERO.plus(in.getLong(), ChronoUnit.MICROS) + "Z";
            case UUID -> new UUID(in.getLong(), in.getLong()).toString();
            case BYTES -> "\\x" + HexFormat.of().formatHex(bytes, start, start + length);
            case INET, CIDR -> address(bytes, start, length);
            case MACADDR, MACADDR8 ->
                    HexFormat.ofDelimiter(":").formatHex(bytes, start, start + length);
            case HSTORE, COMPOSITE -> throw new IllegalArgumentException("nobody tries these out");
        };
    }

    private static String address(byte[] bytes, int start, int length) {
        try {
            byte[] address = Arrays.copyOfRange(bytes, start + 4, start + length);
            return InetAddress.getByAddress(address).getHostAddress()
                    + "/"
                    + (bytes[start + 1] & 0xFF);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address", e);
        }
    }

    private static byte[] numeric(BigDecimal value) {
        int scale = Math.max(0, value.scale());
        int fractionGroups = (scale + 3) / 4;
        BigInteger rest = value.abs().setScale(4 * fractionGroups).unscaledValue();
        var groups = new ArrayList<Short>();
        while (rest.signum() > 0) {
            BigInteger[] parts = rest.divideAndRemainder(GROUP);
            groups.addFirst(parts[1].shortValueExact());
            rest = parts[0];
        }
        ByteBuffer out = ByteBuffer.allocate(8 + 2 * groups.size());
        out.putShort((short) groups.size());
        out.putShort((short) (groups.size() - fractionGroups - 1));
        out.putShort(value.signum() < 0 ? NEGATIVE : 0).putShort((short) scale);
        groups.forEach(out::putShort);
        return out.array();
    }

    private static String numeric(ByteBuffer in) {
        int groups = in.getShort();
        int weight = in.getShort();
        short sign = in.getShort();
        int scale = in.getShort();
        if (sign != 0 && sign != NEGATIVE) {
            return "NaN";
        }
        BigInteger digits = BigInteger.ZERO;
        for (int i = 0; i < groups; i++) {
            digits = digits.multiply(GROUP).add(BigInteger.valueOf(in.getShort()));
        }
        BigDecimal value = new BigDecimal(digits).scaleByPowerOfTen(4 * (weight - groups + 1));
        return (sign == NEGATIVE ? value.negate() : value).setScale(scale).toPlainString();
    }
}
