package dev.understudy.jobs.plan;

import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.ValueForm;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Made-up values to try maskers and checks on: what a column may plausibly hold, and the constants
/// that a check's own expression names.
final class TrialValues {
    private static final Pattern QUOTED = Pattern.compile("'((?:[^']|'')*)'");
    private static final Pattern DAY = Pattern.compile("'(\\d{4}-\\d\\d-\\d\\d)");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.'])-?\\d{1,18}(\\.\\d{1,9})?");
    private static final int LONGEST_TRIAL = 300;
    private static final int MOST_NEAR = 16;
    private static final BigDecimal MOST_BETWEEN = BigDecimal.valueOf(100);

    private TrialValues() {}

    /// Values of the kind that a masker is made for; none if it takes anything.
    static List<String> ofKind(String masker) {
        return switch (masker) {
            case "email" ->
                    List.of(
                            "ada@example.com",
                            "grace.hopper@mail.example.org",
                            "J.R.TOLKIEN+books@sub.domain.example.co.uk",
                            "x_1990@example.net");
            case "first-name" -> List.of("Ada", "Grace", "Jean-Luc", "Zoë", "LI");
            case "last-name" -> List.of("Lovelace", "Hopper", "O'Brien", "van der Berg", "Núñez");
            case "full-name" -> List.of("Ada Lovelace", "Grace B. Hopper", "Jean-Luc O'Brien");
            case "phone" ->
                    List.of(
                            "+1 555 010 0199",
                            "5550100199",
                            "555-0100",
                            "(555) 010-0123",
                            "+442079460018");
            case "street" -> List.of("12 Main Street", "1 Rue de la Paix", "Hauptstraße 5a");
            case "city" -> List.of("London", "New York", "Köln", "LIMA");
            case "postcode" -> List.of("12345", "SW1A 1AA", "12345-6789", "75001");
            default -> List.of();
        };
    }

    /// Values that the column's type allows.
    static List<String> ofForm(ColumnProfile profile, String expression) {
        Set<String> values = new LinkedHashSet<>();
        switch (profile.form()) {
            case TEXT -> words(values, expression);
            case ENUM -> values.addAll(profile.labels());
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> {
                between(values, expression);
                near(values, profile.form(), expression);
                values.addAll(
                        List.of(
                                "0",
                                "1",
                                "2",
                                "3",
                                "4",
                                "5",
                                "6",
                                "7",
                                "8",
                                "9",
                                "10",
                                "42",
                                "99",
                                "100",
                                "1999",
                                "2024",
                                "12345",
                                "-1",
                                "-42",
                                "123456",
                                "987654321"));
            }
            case BOOL -> values.addAll(List.of("true", "false"));
            case DATE ->
                    values.addAll(List.of("1950-02-28", "1984-07-01", "2004-02-29", "2024-12-31"));
            case TIME -> values.addAll(List.of("00:00:00", "08:30:00", "23:59:59"));
            case TIMESTAMP, TIMESTAMPTZ ->
                    values.addAll(List.of("1984-07-01T00:00:00", "2024-12-31T23:59:59"));
            case UUID -> values.add("0b9ff2e8-5d4c-4f6a-9c59-3f1d6a7c2e11");
            case BYTES -> values.addAll(List.of("\\x", "\\x00", "\\xff00ff00"));
            case JSON, JSONB -> values.addAll(List.of("{\"name\": \"Ada\"}", "[]", "{}", "\"x\""));
            case INET ->
                    values.addAll(
                            List.of("10.1.2.3", "192.168.7.1/24", "2001:db8::1", "127.0.0.1"));
            case CIDR -> values.addAll(List.of("10.1.2.0/24", "192.0.2.1/32", "2001:db8::/32"));
            case MACADDR -> values.addAll(List.of("08:00:2b:01:02:03", "33:33:00:00:00:01"));
            case MACADDR8 -> values.add("08:00:2b:ff:fe:01:02:03");
            case XML ->
                    values.addAll(
                            List.of("<person><name sex=\"f\">Ada</name></person>", "<a/>", "Ada"));
            case HSTORE, COMPOSITE, OPAQUE -> {}
        }
        values.addAll(constants(profile.form(), expression));
        if (!calendar(profile.form()).isEmpty()) {
            values.addAll(written(days(expression), profile.form()));
        }
        return values.stream().filter(each -> fits(each, profile)).toList();
    }

    /// Days of two and a half centuries, some months apart.
    static List<LocalDate> calendar(ValueForm form) {
        return switch (form) {
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                    LocalDate.of(1880, 1, 1)
                            .datesUntil(LocalDate.of(2130, 1, 1), Period.ofDays(100))
                            .toList();
            default -> List.of();
        };
    }

    static List<String> written(List<LocalDate> days, ValueForm form) {
        List<String> times =
                form == ValueForm.DATE ? List.of("") : List.of("T00:00:00", "T12:00:00");
        return days.stream().flatMap(day -> times.stream().map(time -> day + time)).toList();
    }

    /// The first value of a day.
    static String start(LocalDate day, ValueForm form) {
        return written(List.of(day), form).getFirst();
    }

    /// The days that an expression names, and those beside them, ascending.
    static List<LocalDate> days(String expression) {
        return DAY.matcher(expression)
                .results()
                .flatMap(each -> day(each.group(1)).stream())
                .flatMap(each -> Stream.of(each.minusDays(1), each, each.plusDays(1)))
                .distinct()
                .sorted()
                .toList();
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /// So many that of the shifts of all of them some go either way, whatever the key.
    private static Stream<LocalDate> days() {
        return Stream.iterate(LocalDate.of(2019, 3, 1), each -> each.plusDays(2)).limit(16);
    }

    /// Values that lie near to each other, where values have an order.
    static List<String> neighbours(ValueForm form) {
        return switch (form) {
            case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC ->
                    List.of("3", "4", "5", "6", "8", "9", "20", "21", "22", "95", "96", "97", "98");
            case DATE -> days().map(LocalDate::toString).toList();
            case TIMESTAMP, TIMESTAMPTZ ->
                    days().flatMap(each -> Stream.of(each + "T09:00:00", each + "T09:30:00"))
                            .toList();
            case TIME -> List.of("09:00:00", "09:01:00", "09:30:00");
            case TEXT,
                    ENUM,
                    BOOL,
                    UUID,
                    BYTES,
                    JSON,
                    JSONB,
                    INET,
                    CIDR,
                    MACADDR,
                    MACADDR8,
                    XML,
                    HSTORE,
                    COMPOSITE,
                    OPAQUE ->
                    List.of();
        };
    }

    /// Those of them that the expression names.
    static List<String> named(ColumnProfile profile, String expression) {
        return constants(profile.form(), expression).stream()
                .filter(each -> fits(each, profile))
                .toList();
    }

    /// Words and numbers of many lengths, those among them that the expression names.
    private static void words(Set<String> values, String expression) {
        var lengths = new TreeSet<>(List.of(1, 2, 3, 4, 5, 8, 9, 10, 12, 20));
        Matcher numbers = NUMBER.matcher(expression);
        while (numbers.find()) {
            double number = Double.parseDouble(numbers.group());
            if (number >= 1 && number < LONGEST_TRIAL) {
                lengths.addAll(List.of((int) number, (int) number + 1));
                if (number > 1) {
                    lengths.add((int) number - 1);
                }
            }
        }
        for (int length : lengths) {
            values.add("9081726354".repeat(length / 10 + 1).substring(0, length));
            values.add("kestrelwyn".repeat(length / 10 + 1).substring(0, length));
            values.add("QUARTZBOXY".repeat(length / 10 + 1).substring(0, length));
            values.add("K" + "estrelwynd".repeat(length / 10 + 1).substring(0, length - 1));
        }
        values.add("two words");
        values.add("https://example.com/a?b=c");
        Stream.of("email", "full-name", "phone", "postcode")
                .flatMap(each -> ofKind(each).stream())
                .forEach(values::add);
    }

    /// All numbers between neighbouring ones of the expression, where those are few: one of them in
    /// ten may be what a masker makes of another.
    private static void between(Set<String> values, String expression) {
        var named = new TreeSet<>(numbers(expression));
        for (BigDecimal low : named) {
            BigDecimal high = named.higher(low);
            if (high != null) {
                BigDecimal unit = low.ulp().min(high.ulp());
                BigDecimal span = high.subtract(low).divide(unit);
                for (int i = 1; span.compareTo(MOST_BETWEEN) <= 0 && i < span.intValue(); i++) {
                    values.add(low.add(unit.multiply(BigDecimal.valueOf(i))).toPlainString());
                }
            }
        }
    }

    /// So many beside each number of the expression that some of what a masker makes of them lie on
    /// its other side, whatever the key.
    private static void near(Set<String> values, ValueForm form, String expression) {
        boolean whole = form == ValueForm.INT2 || form == ValueForm.INT4 || form == ValueForm.INT8;
        for (BigDecimal each : numbers(expression)) {
            for (BigDecimal unit :
                    whole ? List.of(each.ulp()) : List.of(each.ulp(), each.movePointLeft(2))) {
                for (int i = 1; i <= MOST_NEAR; i++) {
                    BigDecimal distance = unit.multiply(BigDecimal.valueOf(i));
                    values.add(each.subtract(distance).toPlainString());
                    values.add(each.add(distance).toPlainString());
                }
            }
        }
    }

    /// The numbers that an expression names, ascending.
    static List<BigDecimal> numbers(String expression) {
        return NUMBER.matcher(expression)
                .results()
                .map(each -> new BigDecimal(each.group()))
                .distinct()
                .sorted()
                .toList();
    }

    private static Set<String> constants(ValueForm form, String expression) {
        Set<String> values = new LinkedHashSet<>();
        if (form == ValueForm.JSON || form == ValueForm.JSONB || form == ValueForm.BOOL) {
            return values; // a path or a key is no document, and a boolean is true or false
        }
        Matcher quoted = QUOTED.matcher(expression);
        while (quoted.find()) {
            // A pattern of LIKE is seldom a value, what it lets pass is.
            String text = quoted.group(1).replace("''", "'").replace("%", "example");
            values.add(text);
            // A list of values may be written as an array in one text.
            if (text.startsWith("{") && text.endsWith("}")) {
                Stream.of(text.substring(1, text.length() - 1).split(","))
                        .map(each -> each.replaceAll("^\"|\"$", ""))
                        .forEach(values::add);
            }
            if (form == ValueForm.TIMESTAMP || form == ValueForm.TIMESTAMPTZ) {
                values.add(text.replaceFirst(" ", "T").replaceFirst("[+-]\\d\\d$", ""));
                values.add(text + "T00:00:00");
            }
        }
        if (form != ValueForm.TEXT) {
            Matcher numbers = NUMBER.matcher(expression);
            while (numbers.find()) {
                values.add(numbers.group());
                var number = new BigDecimal(numbers.group());
                values.add(number.subtract(number.ulp()).toPlainString());
                values.add(number.add(number.ulp()).toPlainString());
            }
        }
        return values;
    }

    private static boolean fits(String value, ColumnProfile profile) {
        if (profile.form() == ValueForm.ENUM) {
            return profile.labels().contains(value);
        }
        return profile.form() != ValueForm.TEXT
                || profile.maxLength().isEmpty()
                || value.codePointCount(0, value.length()) <= profile.maxLength().getAsInt();
    }
}
