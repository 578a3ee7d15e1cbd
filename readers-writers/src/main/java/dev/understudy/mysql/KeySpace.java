package dev.understudy.mysql;

import dev.understudy.schema.ColumnType;
import dev.understudy.schema.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Makes up values between two values of a type.
interface KeySpace {
    /// Some values, rising as the server compares them, all of them at or behind `first` and before
    /// `last`; none where the space between is too narrow.
    List<String> between(Connection session, String first, String last) throws SQLException;

    static KeySpace of(ColumnType type, Optional<String> collation) {
        if (type.kind() == Kind.ENUM) {
            return (session, first, last) ->
                    type.labels()
                            .subList(
                                    Math.max(0, type.labels().indexOf(first)),
                                    Math.max(0, type.labels().indexOf(last)));
        }
        return switch (type.name()) {
            case "int2", "int4", "int8", "numeric" ->
                    new Numbers(KeySpace::whole, BigInteger::toString);
            case "date" -> new Numbers(KeySpace::day, KeySpace::date);
            case "timestamp", "timestamptz" -> new Numbers(KeySpace::second, KeySpace::timestamp);
            case "bytea" -> new Numbers(KeySpace::prefix, each -> "\\x%016x".formatted(each));
            case "uuid" -> KeySpace::uuids;
            case "text", "varchar" -> new Texts(collation.orElse("utf8mb4_bin"));
            default -> (session, first, last) -> List.of();
        };
    }

    /// Values that are numbers, or nearly.
    record Numbers(Function<String, BigInteger> number, Function<BigInteger, String> text)
            implements KeySpace {
        private static final int PARTS = 8;

        @Override
        public List<String> between(Connection session, String first, String last) {
            BigInteger from = number.apply(first);
            BigInteger distance = number.apply(last).subtract(from);
            return IntStream.range(1, PARTS)
                    .mapToObj(i ->
                            from.add(
                                    distance.multiply(BigInteger.valueOf(i))
                                            .divide(BigInteger.valueOf(PARTS))))
                    .distinct()
                    .filter(each -> distance.signum() > 0 && each.compareTo(from.add(distance)) < 0)
                    .map(text)
                    .distinct()
                    .toList();
        }
    }

    private static BigInteger whole(String text) {
        return new BigDecimal(text).setScale(0, RoundingMode.FLOOR).toBigInteger();
    }

    /// Of months that all have 31 days, so that dates that no calendar has have their place.
    private static BigInteger day(String date) {
        long year = Long.parseLong(date.substring(0, 4));
        long month = Math.max(1, Long.parseLong(date.substring(5, 7)));
        long day = Math.max(1, Long.parseLong(date.substring(8, 10)));
        return BigInteger.valueOf((year * 12 + month - 1) * 31 + day - 1);
    }

    private static String date(BigInteger number) {
        long days = number.longValue();
        long months = days / 31;
        return "%04d-%02d-%02d"
                .formatted(months / 12, months % 12 + 1, Math.min(28, days % 31 + 1));
    }

    private static BigInteger second(String timestamp) {
        long seconds =
                (Long.parseLong(timestamp.substring(11, 13)) * 60
                                        + Long.parseLong(timestamp.substring(14, 16)))
                                * 60
                        + Long.parseLong(timestamp.substring(17, 19));
        return day(timestamp).multiply(BigInteger.valueOf(86_400)).add(BigInteger.valueOf(seconds));
    }

    private static String timestamp(BigInteger number) {
        long seconds = number.longValue() % 86_400;
        return "%s %02d:%02d:%02d"
                .formatted(
                        date(BigInteger.valueOf(number.longValue() / 86_400)),
                        seconds / 3600,
                        seconds / 60 % 60,
                        seconds % 60);
    }

    /// The first eight bytes.
    private static BigInteger prefix(String bytes) {
        return new BigInteger((bytes.substring(2) + "0".repeat(16)).substring(0, 16), 16);
    }

    /// Which of its digits count first, versions of uuids and of MariaDB disagree on: as they are
    /// written, or from the last group to the first. The server takes what fits.
    private static List<String> uuids(Connection session, String first, String last)
            throws SQLException {
        var some = new ArrayList<String>();
        for (int[] groups : new int[][] {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}}) {
            BigInteger one = regrouped(first, groups);
            BigInteger other = regrouped(last, groups);
            var space = new Numbers(BigInteger::new, each -> uuid(each, groups));
            some.addAll(
                    space.between(session, one.min(other).toString(), one.max(other).toString()));
        }
        return some.isEmpty()
                ? some
                : sorted(
                        session,
                        some.stream().map(KeySpace::asUuid).toList(),
                        asUuid(first),
                        asUuid(last));
    }

    private static String asUuid(String text) {
        return "CAST('" + text + "' AS UUID)";
    }

    private static BigInteger regrouped(String uuid, int[] groups) {
        String[] parts = uuid.split("-", -1);
        return new BigInteger(
                Arrays.stream(groups).mapToObj(each -> parts[each]).collect(Collectors.joining()),
                16);
    }

    private static String uuid(BigInteger number, int[] groups) {
        String digits = "%032x".formatted(number);
        int[] lengths = {8, 4, 4, 4, 12};
        String[] parts = new String[5];
        int at = 0;
        for (int group : groups) {
            parts[group] = digits.substring(at, at + lengths[group]);
            at += lengths[group];
        }
        return String.join("-", parts);
    }

    /// Texts: what the first and the last one share, and another character behind it.
    record Texts(String collation) implements KeySpace {
        private static final String NEXT =
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

        @Override
        public List<String> between(Connection session, String first, String last)
                throws SQLException {
            int shared = 0;
            int shorter = Math.min(first.length(), last.length());
            while (shared < shorter
                    && Character.toLowerCase(first.charAt(shared))
                            == Character.toLowerCase(last.charAt(shared))) {
                shared++;
            }
            if (shared > 0 && Character.isHighSurrogate(first.charAt(shared - 1))) {
                shared--;
            }
            var candidates = new LinkedHashSet<String>();
            for (int i = 0; i < NEXT.length(); i++) {
                candidates.add(first.substring(0, shared) + NEXT.charAt(i));
            }
            return sorted(
                    session,
                    candidates.stream().map(this::value).collect(Collectors.toList()),
                    value(first),
                    value(last));
        }

        private String value(String text) {
            return KeyLiteral.collated(text, collation);
        }
    }

    /// What of some values the server finds between two, in the order in which it compares them.
    private static List<String> sorted(
            Connection session, List<String> values, String first, String last)
            throws SQLException {
        var some = new StringJoiner(" UNION ALL ");
        values.forEach(each -> some.add("SELECT " + each + " AS x"));
        String sql =
                "SELECT min(x) FROM (%s) AS some WHERE x >= %s AND x < %s GROUP BY x ORDER BY x"
                        .formatted(some, first, last);
        var sorted = new ArrayList<String>();
        try (var statement = session.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                sorted.add(rows.getString(1));
            }
        }
        return sorted;
    }
}
