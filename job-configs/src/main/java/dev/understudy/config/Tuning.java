package dev.understudy.config;

/// Knobs that have good defaults.
///
/// @param workers splits copied at the same time
/// @param batchRows the most rows between two checkpoints of a split
/// @param batchBytes the most bytes between two checkpoints; one larger row stands alone
/// @param splitRows about how many rows a split of a large table has
public record Tuning(int workers, int batchRows, int batchBytes, long splitRows) {
    /// Measured on two cores: 20,000 to 50,000 rows and 7 to 20 MB a transaction cost 2 % over one
    /// huge one.
    public static Tuning defaults() {
        return new Tuning(
                Math.max(2, Runtime.getRuntime().availableProcessors()), 40_000, 8 << 20, 250_000);
    }
}
