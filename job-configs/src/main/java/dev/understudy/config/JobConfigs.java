package dev.understudy.config;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads job configs.
public final class JobConfigs {
    private JobConfigs() {}

    /// Reads and checks a file.
    ///
    /// @param environment what `${env:NAME}` stands for, null if unset
    /// @throws ConfigProblems with all problems at once
    public static JobConfig read(Path file, UnaryOperator<@Nullable String> environment) {
        throw new UnsupportedOperationException();
    }
}
