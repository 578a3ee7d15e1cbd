package dev.understudy.masking;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;

/// Prints CPU nanoseconds a value for maskers of hot columns. Run by hand, with the names of
/// maskers or none for all: `java -cp target/test-classes:target/classes:...
/// dev.understudy.masking.MaskingBenchmark`
final class MaskingBenchmark {
    private static final int VALUES = 40_000;
    private static final int ROUNDS = 200;

    private static Set<String> only = Set.of();

    private MaskingBenchmark() {}

    public static void main(String[] arguments) {
        only = Set.of(arguments);
        Random random = new Random(1);
        ColumnProfile text = Columns.varchar(80);
        measure("keep", text, i -> Columns.utf8("user" + i + "@firm.test"));
        measure("email", text, i -> Columns.utf8("user" + i + "@firm.test"));
        measure("first-name", text, i -> Columns.utf8("Anna" + i % 500));
        measure("last-name", text, i -> Columns.utf8("Müller" + i % 5000));
        measure("full-name", text, i -> Columns.utf8("Anna Müller" + i));
        measure("street", text, i -> Columns.utf8("Main Street " + i));
        measure(
                "phone",
                text,
                i -> Columns.utf8("+49 30 " + (1_000_000 + random.nextInt(9_000_000))));
        measure(
                "digits",
                text,
                i -> Columns.utf8("" + (100_000_000 + random.nextInt(900_000_000))));
        measure(
                "us-ssn",
                text,
                i -> Columns.utf8("%03d-45-%04d".formatted(100 + i % 500, 1 + i % 9999)));
        measure(
                "payment-card",
                text,
                i -> Columns.utf8("411111%010d".formatted(random.nextInt(1_000_000_000))));
        measure(
                "iban",
                text,
                i -> Columns.utf8("DE89370400440%09d".formatted(random.nextInt(1_000_000_000))));
        measure(
                "de-steuer-id",
                text,
                i -> Columns.utf8("3657426%04d".formatted(random.nextInt(10_000))));
        measure("vin", text, i -> Columns.utf8("1M8GDM9AXKP%06d".formatted(i)));
        ColumnProfile int4 = Columns.of(ValueForm.INT4);
        measure("digits", int4, i -> Columns.int4(100_000_000 + random.nextInt(900_000_000)));
        measure(
                "digits",
                Columns.of(ValueForm.INT8),
                i ->
                        Columns.int8(
                                1_000_000_000_000_000_000L + random.nextLong(1_000_000_000_000L)));
        measure("hash", text, i -> Columns.utf8("account-" + i));
        measure("hash", int4, i -> Columns.int4(i * 1000));
        measure("uuid", Columns.of(ValueForm.UUID), i -> Columns.utf8("%016d".formatted(i)));
        measure("shift-date", Columns.of(ValueForm.DATE), i -> Columns.int4(i % 20_000));
        measure(
                "shift-date",
                Columns.of(ValueForm.TIMESTAMP),
                i -> Columns.int8(i * 1_000_000_000L));
        measure("text-scramble", text, i -> Columns.utf8("Customer " + i));
        measure("noise", int4, i -> Columns.int4(i));
        measure(
                "json",
                Columns.of(ValueForm.JSON),
                i -> Columns.utf8("{\"a\": \"Anna\", \"n\": " + i + "}"));
    }

    private static void measure(String masker, ColumnProfile column, IntFunction<byte[]> value) {
        if (!only.isEmpty() && !only.contains(masker)) {
            return;
        }
        List<byte[]> values = new ArrayList<>();
        int size = 0;
        for (int i = 0; i < VALUES; i++) {
            values.add(value.apply(i));
            size += values.get(i).length;
        }
        byte[] bytes = new byte[size + 16];
        ColumnValues in = new ColumnValues();
        in.reset(bytes, VALUES);
        int at = 0;
        for (byte[] each : values) {
            System.arraycopy(each, 0, bytes, at, each.length);
            in.add(at, each.length);
            at += each.length;
        }
        ColumnMasker bound = Columns.bind(MaskingRule.of(masker), column);
        MaskedValues out = new MaskedValues();
        var threads = ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = threads.getCurrentThreadCpuTime();
            out.reset();
            bound.mask(in, out);
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) / (double) VALUES);
        }
        String first = new String(out.bytes(), out.start(0), out.length(0), StandardCharsets.UTF_8);
        System.out.printf(
                Locale.ROOT,
                "%-14s %-24s %7.1f ns a value   %s%n",
                masker,
                column.sqlType(),
                best,
                column.form() == ValueForm.TEXT ? first : "");
    }
}
