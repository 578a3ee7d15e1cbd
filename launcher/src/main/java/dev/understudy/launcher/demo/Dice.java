package dev.understudy.launcher.demo;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Random draws that depend on a seed, a topic and a number alone, so that whoever asks for
/// customer 4711 again gets the same person, and no generated row needs to be remembered.
///
/// Source: SplitMix64, Steele et al., "Fast splittable pseudorandom number generators", 2014.
final class Dice {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    Dice(long seed, String topic, long number) {
        state = mix(mix(seed + topic.hashCode() * GOLDEN) + number * GOLDEN);
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    long next() {
        state += GOLDEN;
        return mix(state);
    }

    /// From 0 to below 1, evenly.
    double unit() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    /// From 0 to below the bound, evenly.
    int below(int bound) {
        return (int) (unit() * bound);
    }

    /// From 0 to below the bound, small numbers far more often than large ones.
    int skewed(int bound) {
        double unit = unit();
        return (int) (unit * unit * unit * bound);
    }

    boolean chance(double probability) {
        return unit() < probability;
    }

    <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    @SafeVarargs
    final <T> T of(T... choices) {
        return choices[below(choices.length)];
    }

    /// A digit for each `#`, a capital letter for each `@`, and all else as it stands.
    String fill(String pattern) {
        var filled = new StringBuilder(pattern.length());
        for (int i = 0; i < pattern.length(); i++) {
            switch (pattern.charAt(i)) {
                case '#' -> filled.append((char) ('0' + below(10)));
                case '@' -> filled.append((char) ('A' + below(26)));
                default -> filled.append(pattern.charAt(i));
            }
        }
        return filled.toString();
    }

    /// A point in time between the two, to the microsecond.
    Instant between(Instant from, Instant until) {
        double seconds = (until.getEpochSecond() - from.getEpochSecond()) * unit();
        return from.plusSeconds((long) seconds).plusNanos(1_000L * below(1_000_000));
    }

    UUID uuid() {
        return new UUID(
                (next() & 0xffffffffffff0fffL) | 0x4000L,
                (next() & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }
}
