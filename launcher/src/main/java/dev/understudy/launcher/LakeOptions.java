package dev.understudy.launcher;

import dev.understudy.config.Location;
import dev.understudy.config.TablePattern;
import dev.understudy.jobs.run.AsOf;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Which version and which tables of a lake are meant.
final class LakeOptions {
    @Option(
            names = "--as-of",
            paramLabel = "VERSION|TIME",
            converter = Moment.class,
            description =
                    "A version's number, or a time: the newest version that was published then or before. 2026-11-21T09:30:00Z,"
                            + " or 2026-11-21 for the end of that day in UTC. Default: the version that readers see.")
    AsOf asOf = new AsOf.Now();

    @Option(
            names = "--table",
            paramLabel = "PATTERN",
            converter = Table.class,
            description =
                    "Only tables that it matches: schema.table with * for any characters; of one of several sources,"
                            + " source:schema.table. May be repeated.")
    List<TablePattern> tables = List.of();

    /// `17`, `2026-11-21`, `2026-11-21T09:30:00Z`
    static final class Moment implements ITypeConverter<AsOf> {
        @Override
        public AsOf convert(String text) {
            if (text.matches("[0-9]{1,9}")) {
                return new AsOf.Version(Long.parseLong(text));
            }
            try {
                return new AsOf.Moment(
                        text.contains("T") ? OffsetDateTime.parse(text).toInstant() : endOf(text));
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'"
                                + text
                                + "' is neither a version's number nor a time such as 2026-11-21T09:30:00Z or 2026-11-21");
            }
        }

        private static Instant endOf(String day) {
            return LocalDate.parse(day)
                    .plusDays(1)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant()
                    .minusNanos(1);
        }
    }

    /// `shop.*`
    static final class Table implements ITypeConverter<TablePattern> {
        @Override
        public TablePattern convert(String text) {
            try {
                return new TablePattern(text, new Location(1, 1, "the command line"));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' " + e.getMessage());
            }
        }
    }
}
