package dev.understudy.benchmarks.masking;

import dev.understudy.masking.ColumnMasker;
import dev.understudy.masking.ColumnValues;
import dev.understudy.masking.MaskedValues;
import dev.understudy.masking.RowContext;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Masks one batch, as a run does for each block of rows. Public, as JMH wants it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MaskerBenchmark {
    private static final int BATCH = 4096;

    @Param("")
    public String trial = "";

    private ColumnMasker masker = (in, out) -> {};
    private ColumnValues in = new ColumnValues();
    private RowContext row = new RowContext(0);
    private final MaskedValues out = new MaskedValues();

    @Setup
    public void bind() {
        Trial given = Trials.named(trial);
        masker = given.bind();
        in = given.column(BATCH);
        row = given.row(BATCH);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public MaskedValues mask() {
        out.reset();
        masker.mask(in, row, out);
        return out;
    }
}
