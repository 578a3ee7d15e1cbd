package dev.understudy.ops.report;

import java.time.Duration;
import java.util.Locale;

/// Numbers as people read them, the same in every place and locale.
public final class Figures {
    private Figures() {}

    /// `1,048,576`
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// `1 table`, `23 tables`
    public static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /// `412 MB`: powers of 1,000, three digits.
    public static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        double rest = bytes;
        int unit = -1;
        // 999.5 would round to 1000 of the smaller unit.
        while (rest >= 999.5) {
            rest /= 1_000;
            unit++;
        }
        return threeDigits(rest) + " " + "kMGTPE".charAt(unit) + "B";
    }

    /// `9.4 s`, `3 min 12 s`, `1 h 05 min`
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 59_950) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        long seconds = Math.round(millis / 1_000.0);
        if (seconds < 3_600) {
            return "%d min %02d s".formatted(seconds / 60, seconds % 60);
        }
        return "%d h %02d min".formatted(seconds / 3_600, seconds % 3_600 / 60);
    }

    public static String millis(long millis) {
        return duration(Duration.ofMillis(millis));
    }

    /// A number per second, 0 if no time has passed.
    public static long perSecond(long number, long millis) {
        return millis <= 0 ? 0 : Math.round(number * 1_000.0 / millis);
    }

    private static String threeDigits(double number) {
        int decimals = number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }
}
