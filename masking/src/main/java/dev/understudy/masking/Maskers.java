package dev.understudy.masking;

import static dev.understudy.masking.Declarations.longest;
import static dev.understudy.masking.ValueForm.BOOL;
import static dev.understudy.masking.ValueForm.BYTES;
import static dev.understudy.masking.ValueForm.DATE;
import static dev.understudy.masking.ValueForm.ENUM;
import static dev.understudy.masking.ValueForm.FLOAT4;
import static dev.understudy.masking.ValueForm.FLOAT8;
import static dev.understudy.masking.ValueForm.INT2;
import static dev.understudy.masking.ValueForm.INT4;
import static dev.understudy.masking.ValueForm.INT8;
import static dev.understudy.masking.ValueForm.JSON;
import static dev.understudy.masking.ValueForm.JSONB;
import static dev.understudy.masking.ValueForm.NUMERIC;
import static dev.understudy.masking.ValueForm.OPAQUE;
import static dev.understudy.masking.ValueForm.TEXT;
import static dev.understudy.masking.ValueForm.TIME;
import static dev.understudy.masking.ValueForm.TIMESTAMP;
import static dev.understudy.masking.ValueForm.TIMESTAMPTZ;
import static dev.understudy.masking.ValueForm.UUID;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The catalogue of all maskers. Immutable; any thread may read it.
public final class Maskers {
    /// The families, in the order in which the docs show them.
    private static final List<Masker> ALL =
            Stream.of(
                            GenericMaskers.all(),
                            IdentityMaskers.all(),
                            PlaceMaskers.all(),
                            CarriedNumberMaskers.all(),
                            NumberMaskers.all(),
                            TimeMaskers.all(),
                            StructureMaskers.all(),
                            TechnicalMaskers.all(),
                            QuantityMaskers.all(),
                            TextMaskers.all(),
                            customMaskers(),
                            RowMaskers.all())
                    .flatMap(List::stream)
                    .toList();

    static {
        Set<String> names = new HashSet<>();
        for (Masker each : ALL) {
            if (!names.add(each.name())) {
                throw new IllegalStateException(
                        "two maskers are called %s; rename the one of your own"
                                .formatted(each.name()));
            }
        }
    }

    private Maskers() {}

    /// What others wrote: found by the Java service loader, and declared as data as all others.
    private static List<Masker> customMaskers() {
        return ServiceLoader.load(CustomMasker.class).stream()
                .map(ServiceLoader.Provider::get)
                .map(Maskers::masker)
                .toList();
    }

    private static Masker masker(CustomMasker custom) {
        return new Masker(
                custom.name(),
                custom.summary(),
                List.copyOf(custom.parameters()),
                Set.copyOf(custom.forms()),
                custom::guarantees,
                (rule, problem) -> custom.check(rule).forEach(problem),
                custom::bind);
    }

    /// Every masker, in the order in which the docs show them.
    public static List<MaskerDefinition> all() {
        return List.copyOf(ALL);
    }

    public static Optional<MaskerDefinition> named(String name) {
        return find(name).map(each -> each);
    }

    private static Optional<Masker> find(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// What is wrong with a rule whatever the column: an unknown masker, unknown, missing or
    /// ill-typed parameters. Empty if nothing is.
    public static List<String> check(MaskingRule rule) {
        return find(rule.masker())
                .map(masker -> masker.checkParameters(rule))
                .orElseGet(() ->
                        List.of(
                                "there is no masker %s; %s"
                                        .formatted(
                                                rule.masker(),
                                                suggestion(
                                                        rule.masker(),
                                                        ALL.stream().map(Masker::name).toList()))));
    }

    /// The rule that `unlisted: mask` gives to a column of this shape: by its type, never `keep`.
    ///
    /// @throws MaskingRefused if no masker fits, which takes a NOT NULL
    public static MaskingRule byType(ColumnProfile column) {
        boolean unique = column.unique();
        return switch (column.form()) {
            case TEXT ->
                    column.takesAddressesAlone()
                            ? rule("ip-address", "spelling", "shortest")
                            : MaskingRule.of("text-scramble");
            case ENUM -> MaskingRule.of("choice");
            case INT2, INT4, INT8 -> MaskingRule.of("digits");
            case NUMERIC -> MaskingRule.of(unique || scale(column) == 0 ? "digits" : "noise");
            case FLOAT4, FLOAT8 -> unique ? nullOrRefused(column) : MaskingRule.of("noise");
            case BOOL -> unique ? nullOrRefused(column) : rule("constant", "value", false);
            case TIME -> unique ? rule("shift-time", "alike", true) : MaskingRule.of("shift-time");
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                    unique ? rule("shift-date", "alike", true) : MaskingRule.of("shift-date");
            case UUID -> MaskingRule.of("uuid");
            case BYTES -> {
                if (!unique) {
                    yield MaskingRule.of("redact");
                }
                MaskingRule hash = MaskingRule.of("hash");
                // A hash of fewer bytes makes different values equal.
                yield find("hash").orElseThrow().guarantees(hash, column).injective()
                        ? hash
                        : nullOrRefused(column);
            }
            case INET, CIDR -> MaskingRule.of("ip-address");
            case MACADDR, MACADDR8 -> MaskingRule.of("mac-address");
            case XML -> unique ? nullOrRefused(column) : MaskingRule.of("xml");
            case HSTORE -> unique ? nullOrRefused(column) : rule("hstore", "names", "words");
            case COMPOSITE -> unique ? nullOrRefused(column) : MaskingRule.of("composite");
            case JSON, JSONB -> unique ? nullOrRefused(column) : rule("json", "names", "words");
            case OPAQUE ->
                    column.nullable() || unique || column.neutral().isEmpty()
                            ? nullOrRefused(column)
                            : MaskingRule.of("empty");
        };
    }

    private static MaskingRule nullOrRefused(ColumnProfile column) {
        if (column.nullable()) {
            return MaskingRule.of("null");
        }
        throw new MaskingRefused(
                "%s: no masker fits a%s column of type %s that is NOT NULL; keep it with a reason, or exclude the table"
                        .formatted(
                                column.path(), column.unique() ? " unique" : "", column.sqlType()));
    }

    private static MaskingRule rule(String masker, String parameter, Object value) {
        return new MaskingRule(
                masker, Map.of(parameter, value), Optional.empty(), Optional.empty());
    }

    /// The rules to name where another one does not fit a column.
    static String insteadFor(ColumnProfile column) {
        MaskingRule rule;
        try {
            rule = byType(column);
        } catch (MaskingRefused e) {
            return "keep with a reason, or exclude the table";
        }
        if (column.form() == TEXT && !column.takesAddressesAlone()) {
            return longest(column) >= 20 ? "text-scramble or hash" : "text-scramble";
        }
        StringBuilder text = new StringBuilder(rule.masker());
        rule.parameters()
                .forEach((name, value) -> text.append(" with %s: %s".formatted(name, value)));
        return text.toString();
    }

    /// Names what somebody may have meant.
    static String suggestion(String given, List<String> known) {
        String nearest =
                known.stream()
                        .min(Comparator.comparingInt(each -> distance(given, each)))
                        .orElseThrow();
        return distance(given, nearest) <= 1 + nearest.length() / 4
                ? "did you mean %s?".formatted(nearest)
                : "known are " + String.join(", ", known);
    }

    /// How many characters to change, insert or delete (Levenshtein).
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    private static final Pattern SCALE = Pattern.compile(",\\s*(-?[0-9]+)\\s*\\)");

    static int scale(ColumnProfile column) {
        var matcher = SCALE.matcher(column.sqlType());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
