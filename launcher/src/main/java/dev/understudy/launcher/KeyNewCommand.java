package dev.understudy.launcher;

import dev.understudy.launcher.secret.SecretFile;
import dev.understudy.masking.MaskingKeys;
import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "new",
        description = {
            "Makes a secret of 256 random bits. It is written to a file that only its owner may read, or printed if you ask"
                    + " for it; it is never logged.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:made", "2:not said where to, or the file exists"},
        footer = {
            "",
            "Examples:",
            "  understudy key new --file secret.key",
            "  understudy key new --stdout | vault kv put secret/understudy key=-",
            "  understudy key new --stdout > key && aws kms encrypt --key-id alias/understudy --plaintext fileb://key"
                    + " --query CiphertextBlob --output text"
        })
final class KeyNewCommand implements Callable<Integer> {
    private final Session session;
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--file", paramLabel = "FILE", description = "Write it to this new file.")
    private @Nullable Path file;

    @Option(names = "--stdout", description = "Print it on the standard output.")
    private boolean stdout;

    KeyNewCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.prepare(common);
        if ((file == null) != stdout) {
            throw new Failure(
                    Failure.Kind.CONFIG, "say where the secret goes: --file FILE, or --stdout");
        }
        byte[] secret = SecretFile.random();
        try {
            if (file == null) {
                session.terminal().out().write(secret, 0, secret.length);
                session.terminal().out().println();
            } else {
                write(file, secret);
                report(file, secret);
            }
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
        return ExitCode.DONE;
    }

    private static void write(Path file, byte[] secret) {
        // Said before anything is made; the writing itself does not overwrite either.
        if (Files.exists(file)) {
            throw exists(file);
        }
        try {
            SecretFile.write(file, secret);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "%s: cannot be written (%s); choose another --file"
                            .formatted(file, Reason.of(e)),
                    e);
        }
    }

    private static Failure exists(Path file) {
        return new Failure(
                Failure.Kind.CONFIG,
                "%s: exists, and a secret is never overwritten: without it nobody makes its pseudonyms again; choose another --file"
                        .formatted(file));
    }

    private void report(Path file, byte[] secret) {
        try (var keys = MaskingKeys.of(secret.clone(), 0)) {
            session.terminal()
                    .out()
                    .printf(
                            """
                            Made a secret of 256 random bits in %s, which only its owner may read
                              key %s in epoch 0

                            In the config: secret: ${file:%s}
                            Keep a copy where you keep passwords: without it, no run makes these pseudonyms again.
                            """,
                            file, keys.id(), file);
        }
    }
}
