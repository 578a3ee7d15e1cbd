/// The declarative model of a job: one YAML file, read and checked as a whole.
///
/// Start at {@link dev.understudy.config.JobConfig}. Knows neither JDBC nor Spring.
@NullMarked
package dev.understudy.config;

import org.jspecify.annotations.NullMarked;
