package dev.understudy.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Databases that lie beside the project, in `../shared/data`, or where the environment variable
/// UNDERSTUDY_SHARED_DATA points. Tests that need an absent one say so and are skipped.
public final class SharedData {
    private static final String VARIABLE = "UNDERSTUDY_SHARED_DATA";

    private SharedData() {}

    /// A package as a compressed SQL dump; skips the test where it is absent.
    ///
    /// @param name as `pg_pagila`
    public static Path dump(String name) {
        Path file = folder().resolve(name + ".sql.gz");
        Assumptions.assumeTrue(Files.isReadable(file), () -> "skipped: there is no " + file);
        return file;
    }

    /// Rows of each of the package's tables, by the table's name as `schema.table`, unquoted.
    public static Map<String, Long> counts(String name) {
        var counts = new TreeMap<String, Long>();
        try (Stream<String> lines = Files.lines(dump(name).resolveSibling(name + ".counts.tsv"))) {
            lines.map(line -> line.split("\t"))
                    .forEach(parts -> counts.put(parts[0], Long.valueOf(parts[1])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }

    /// The names of all packages for an engine, `pg` or `mysql`; empty where the folder is absent.
    public static List<String> names(String engine) {
        Path folder = folder();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(engine + "_") && file.endsWith(".sql.gz"))
                    .map(file -> file.substring(0, file.length() - ".sql.gz".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The folder, whether it exists or not.
    public static Path folder() {
        String asked = System.getenv(VARIABLE);
        if (asked != null) {
            return Path.of(asked);
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path each = start; each != null; each = each.getParent()) {
            Path beside = each.resolve("shared/data");
            if (Files.isDirectory(beside)) {
                return beside;
            }
        }
        return start.resolve("../../shared/data").normalize();
    }
}
