package dev.understudy.config;

import dev.understudy.masking.OnMismatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads job configs, and says what may stand in them.
///
/// A file is YAML 1.2 of at most 1 MB. Texts may hold placeholders, but not the job's name,
/// patterns and references: `${env:NAME}` for an environment variable, `${file:path}` for a file's
/// text without its last line end, `$${` for a `${` as it stands. Relative paths, also the lake's,
/// start at the folder of the config. No message ever shows what a placeholder stands for.
public final class JobConfigs {
    private JobConfigs() {}

    /// Reads and checks a file, and drops its warnings.
    ///
    /// @param environment what `${env:NAME}` stands for, null if unset
    /// @throws ConfigProblems with all problems at once
    public static JobConfig read(Path file, UnaryOperator<@Nullable String> environment) {
        return readWithWarnings(file, environment).config();
    }

    /// Reads and checks a file.
    ///
    /// @param environment what `${env:NAME}` stands for, null if unset
    /// @throws ConfigProblems with all problems at once, errors and warnings in the order of the
    ///   file, if at least one is an error
    public static Reading readWithWarnings(Path file, UnaryOperator<@Nullable String> environment) {
        List<Problem> problems = new ArrayList<>();
        Optional<JobConfig> config = read(file, environment, problems);
        problems.sort(
                Comparator.comparingInt(
                                (Problem each) -> each.where().map(Location::line).orElse(0))
                        .thenComparingInt(each -> each.where().map(Location::column).orElse(0)));
        if (config.isEmpty()
                || problems.stream().anyMatch(each -> each.severity() == Problem.Severity.ERROR)) {
            throw new ConfigProblems(file, problems);
        }
        return new Reading(config.get(), problems);
    }

    /// A job and what its author should know about the file.
    public record Reading(JobConfig config, List<Problem> warnings) {
        public Reading {
            warnings = List.copyOf(warnings);
        }
    }

    /// The JSON Schema (draft 2020-12) of job configs, for editors. It accepts what {@link #read}
    /// accepts, as far as a schema can say it.
    public static String schema() {
        return JobSchema.json();
    }

    /// The page that explains every key and every masker, in Markdown.
    public static String reference() {
        return JobPage.markdown();
    }

    /// The page that explains every warning with an id, every profile and every kind, in Markdown.
    public static String concerns() {
        return ConcernPage.markdown();
    }

    private static Optional<JobConfig> read(
            Path file, UnaryOperator<@Nullable String> environment, List<Problem> problems) {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = Optional.ofNullable(absolute.getParent()).orElse(absolute);
        Optional<Node> root;
        String text;
        try {
            text = text(absolute);
            root = YamlText.compose(text);
        } catch (YamlText.Refused e) {
            problems.add(e.problem());
            return Optional.empty();
        }
        var top = new Location(1, 1, "");
        if (root.isEmpty()) {
            problems.add(
                    Problem.error(
                            "empty-config",
                            top,
                            "the file holds no config",
                            "begin with job, secret, source and twin"));
            return Optional.empty();
        }
        var reader = new JobReader(new Placeholders(folder, environment), problems);
        @Nullable Object job = reader.read(root.get(), JobLayout.JOB, top);
        boolean broken =
                problems.stream().anyMatch(each -> each.severity() == Problem.Severity.ERROR);
        if (broken || !(job instanceof Settings settings)) {
            return Optional.empty();
        }
        refuseTwoSecrets(settings.the("secret", Settings.class), problems);
        SourceReader.checkForm(settings, problems);
        if (problems.stream().anyMatch(each -> each.severity() == Problem.Severity.ERROR)) {
            return Optional.empty();
        }
        JobConfig config = bind(settings, file, hash(text, reader.wordFiles()));
        SourceReader.check(config, problems);
        return Optional.of(config);
    }

    private static String text(Path file) throws YamlText.Refused {
        String message;
        try {
            if (Files.isRegularFile(file) && Files.size(file) > YamlText.LARGEST) {
                message = "is larger than 1 MB";
            } else {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                        .toString();
            }
        } catch (CharacterCodingException e) {
            message = "is not UTF-8 text";
        } catch (NoSuchFileException e) {
            message = "does not exist";
        } catch (AccessDeniedException e) {
            message = "may not be read by this user";
        } catch (IOException e) {
            message = "cannot be read as a file";
        }
        throw new YamlText.Refused(
                Problem.error(
                        "unreadable-config",
                        new Location(1, 1, ""),
                        "the config %s".formatted(message),
                        "give the path of a job's YAML file"));
    }

    private static String hash(String text, List<List<String>> wordFiles) {
        var hashed = new StringBuilder(text);
        wordFiles.forEach(words -> hashed.append('\0').append(sha256(String.join("\n", words))));
        return sha256(hashed.toString());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static JobConfig bind(Settings job, Path file, String hash) {
        Tuning tuning =
                job.find("tuning", Settings.class)
                        .map(JobConfigs::tuning)
                        .orElse(Tuning.defaults());
        return new JobConfig(
                job.the("job", String.class),
                file,
                hash,
                secret(job.the("secret", Settings.class)),
                job.whole("epoch"),
                job.find("replaces-key", String.class),
                SourceReader.sources(job, tuning),
                job.find("tables", Settings.class)
                        .map(JobConfigs::tables)
                        .orElseGet(() -> TableSelection.all(job.where())),
                new RowSelection(
                        job.list("rows", RowRule.class), job.list("orphans", OrphanRule.class)),
                Stream.of("columns", "groups")
                        .flatMap(each -> job.list(each, ColumnRule.class).stream())
                        .toList(),
                word(job, "unlisted", JobConfig.Unlisted.class),
                word(job, RuleReader.ON_MISMATCH, OnMismatch.class),
                job.list("profile", String.class).stream().map(Profile::of).toList(),
                job.list("kinds", KindRule.class),
                job.list("acknowledge", Acknowledgement.class),
                job.list("references", Reference.class),
                job.find("delta", Settings.class).map(JobConfigs::delta),
                job.find("lake", Settings.class).map(lake -> lake(lake, file)),
                tuning);
    }

    private static SecretSource secret(Settings secret) {
        return secret.find("text", SecretSource.Given.class)
                .<SecretSource>map(given -> given)
                .orElseGet(() ->
                        new SecretSource.AwsKms(
                                secret.the("aws-kms", String.class),
                                secret.find("key", String.class),
                                secret.texts("context"),
                                secret.find("region", String.class),
                                secret.find("endpoint", String.class),
                                secret.find("access-key", Secret.class),
                                secret.find("secret-key", Secret.class)));
    }

    private static TableSelection tables(Settings tables) {
        return new TableSelection(
                tables.list("include", TablePattern.class),
                tables.list("structure-only", TablePattern.class),
                tables.list("exclude", TablePattern.class));
    }

    private static DeltaConfig delta(Settings delta) {
        return new DeltaConfig(
                delta.list("watermarks", ColumnPattern.class),
                delta.list("compare", TablePattern.class),
                delta.list("checksum-columns", ColumnPattern.class),
                delta.the("sweep", Boolean.class),
                Duration.ofSeconds(delta.whole("overlap-seconds")),
                delta.find("longest-transaction-seconds", Long.class).map(Duration::ofSeconds),
                word(delta, "undecided", DeltaConfig.Undecided.class));
    }

    private static LakeConfig lake(Settings lake, Path file) {
        String uri = lake.the("uri", String.class);
        return new LakeConfig(
                uri.startsWith("s3://")
                        ? uri
                        : file.toAbsolutePath().resolveSibling(uri).normalize().toString(),
                word(lake, "compression", LakeConfig.Compression.class),
                lake.find("endpoint", String.class),
                lake.find("region", String.class),
                lake.find("access-key", Secret.class),
                lake.find("secret-key", Secret.class),
                lake.the("path-style", Boolean.class),
                lake.whole("compact-at"),
                lake.list("text", ColumnPattern.class),
                lake.where());
    }

    private static Tuning tuning(Settings tuning) {
        return new Tuning(
                tuning.find("workers", Long.class)
                        .map(Math::toIntExact)
                        .orElse(Tuning.defaults().workers()),
                tuning.whole("batch-rows"),
                tuning.whole("batch-size"),
                tuning.the("split-rows", Long.class));
    }

    static <E extends Enum<E>> E word(Settings settings, String key, Class<E> type) {
        return Enum.valueOf(type, settings.the(key, String.class).toUpperCase(Locale.ROOT));
    }

    private static void refuseTwoSecrets(Settings secret, List<Problem> problems) {
        if (!secret.values().containsKey("text")) {
            return;
        }
        secret.places()
                .forEach((key, where) -> {
                    if (!key.equals("text")) {
                        problems.add(
                                Problem.error(
                                        "misplaced-key",
                                        where,
                                        "`%s` belongs to aws-kms, but the secret is given as a text"
                                                .formatted(where.path()),
                                        "give the secret either as `text` or as `aws-kms`"));
                    }
                });
    }
}
