package dev.understudy.benchmarks.masking;

import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.ColumnValues;
import dev.understudy.masking.MaskedValues;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.RowContext;
import dev.understudy.masking.ValueForm;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One masker on one column.
///
/// @param row what the other columns hold that the rule reads
/// @param goal the most nanoseconds a value, or 0 if none is set
record Trial(
        String masker,
        Map<String, @Nullable Object> parameters,
        ValueForm form,
        Values values,
        List<Values> row,
        int goal) {
    private static final MaskingKeys KEYS = MaskingKeys.of("a secret of the benchmarks alone", 1);

    /// `payment-card {bin=keep} TEXT, 19 bytes`: the first value's. The same in each process, which
    /// maps of the JDK do not promise of their order.
    String name() {
        String given = parameters.isEmpty() ? "" : " " + new TreeMap<>(parameters);
        int length = values.next(new Random(1)).length;
        return "%s%s %s, %d bytes".formatted(masker, given, form, length);
    }

    ColumnMasker bind() {
        var rule = new MaskingRule(masker, parameters, Optional.empty(), Optional.empty());
        var definition = Maskers.named(masker).orElseThrow();
        List<ColumnProfile> read =
                definition.reads(rule).columns().stream()
                        .map(each ->
                                ColumnProfile.of("public.t." + each, "text", ValueForm.TEXT))
                        .collect(Collectors.toList());
        return definition.bind(rule, column(), read, KEYS);
    }

    private ColumnProfile column() {
        String type = form.name().toLowerCase(Locale.ROOT);
        return form == ValueForm.ENUM
                ? new ColumnProfile(
                        "public.t.c",
                        type,
                        form,
                        false,
                        OptionalInt.empty(),
                        true,
                        false,
                        List.of("new", "paid", "sent", "done"))
                : ColumnProfile.of("public.t.c", type, form);
    }

    ColumnValues column(int count) {
        return values(values, count);
    }

    RowContext row(int count) {
        var context = new RowContext(row.size());
        for (int i = 0; i < row.size(); i++) {
            ColumnValues column = values(row.get(i), count);
            context.set(i, column, column);
        }
        return context;
    }

    private static ColumnValues values(Values values, int count) {
        var random = new Random(1);
        var made = new MaskedValues();
        for (int i = 0; i < count; i++) {
            byte[] value = values.next(random);
            made.append(value, 0, value.length);
        }
        return made.view(new ColumnValues());
    }

    /// What a column holds.
    @FunctionalInterface
    interface Values {
        byte[] next(Random random);
    }
}
