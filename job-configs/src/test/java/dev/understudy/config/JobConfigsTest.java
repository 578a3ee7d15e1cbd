package dev.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.config.JobConfig.Unlisted;
import dev.understudy.config.LakeConfig.Compression;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.OnMismatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobConfigsTest {
    @TempDir Path folder;

    @BeforeEach
    void writesThePasswordFile() throws IOException {
        Files.writeString(folder.resolve("pg"), "file-pw\n");
    }

    @Test
    void readsTheFullExample() throws Exception {
        JobConfig job = read(Samples.FULL);

        assertThat(job.job()).isEqualTo("pagila-nightly");
        assertThat(job.secret())
                .isInstanceOfSatisfying(
                        SecretSource.Given.class,
                        given -> assertThat(given.secret().reveal()).isEqualTo(Samples.SECRET));
        assertThat(job.secret().origin()).isEqualTo("the environment variable UNDERSTUDY_SECRET");
        assertThat(job.secret().toString()).doesNotContain(Samples.SECRET);
        assertThat(job.epoch()).isZero();
        assertThat(job.sources().getFirst().database().url())
                .isEqualTo("jdbc:postgresql://replica/pagila");
        assertThat(job.sources().getFirst().database().user()).isEqualTo("reader");
        assertThat(job.sources().getFirst().database().password().reveal()).isEqualTo("file-pw");
        assertThat(job.sources().getFirst().database().connections())
                .isEqualTo(job.tuning().workers() + 2);
        assertThat(job.sources().getFirst().database().where())
                .isEqualTo(new Location(3, 11, "source.url"));
        assertThat(job.tables().include())
                .extracting(TablePattern::text)
                .containsExactly("public.*");
        assertThat(job.tables().structureOnly())
                .extracting(TablePattern::where)
                .containsExactly(new Location(6, 20, "tables.structure-only[0]"));
        assertThat(job.tables().exclude())
                .extracting(TablePattern::text)
                .containsExactly("public.tmp_*");
        assertThat(job.columns())
                .extracting(ColumnRule::pattern)
                .containsExactly(
                        "public.customer.email",
                        "public.customer.first_name",
                        "public.staff.picture",
                        "*.*_id",
                        "*.last_update");
        assertThat(job.columns().getFirst().where())
                .isEqualTo(new Location(9, 3, "columns.public.customer.email"));
        MaskingRule picture = job.columns().get(2).rule();
        assertThat(picture.masker()).isEqualTo("constant");
        assertThat(picture.parameters()).containsOnlyKeys("value").containsEntry("value", null);
        assertThat(picture.reason()).contains("portrait");
        assertThat(job.unlisted()).isEqualTo(Unlisted.REFUSE);
        assertThat(job.references())
                .singleElement()
                .satisfies(reference -> {
                    assertThat(reference.from().columns()).containsExactly("author");
                    assertThat(reference.to().table()).isEqualTo("customer");
                });
        TwinConfig twin = job.twins().getFirst();
        assertThat(twin.sourcePrimaryKey()).isTrue();
        assertThat(twin.database().password().reveal()).isEqualTo("tw1n-pw");
        LakeConfig lake = job.lake().orElseThrow();
        assertThat(lake.uri()).isEqualTo("s3://acme-lake/understudy");
        assertThat(lake.compression()).isEqualTo(Compression.ZSTD);
        assertThat(job.tuning()).isEqualTo(Tuning.defaults());
    }

    @Test
    void fillsInDefaults() throws Exception {
        JobConfig job = read(Samples.SMALL.replace("unlisted: mask\n", ""));

        assertThat(job.tables().include())
                .singleElement()
                .matches(all -> all.matches("", "any", "table"));
        assertThat(job.columns()).isEmpty();
        assertThat(job.unlisted()).isEqualTo(Unlisted.REFUSE);
        assertThat(job.onMismatch()).isEqualTo(OnMismatch.PSEUDONYM);
        assertThat(job.lake()).isEmpty();
        assertThat(job.sources().getFirst().database().password().reveal()).isEmpty();
        assertThat(job.twins().getFirst().sourcePrimaryKey()).isFalse();
    }

    @Test
    void readsWhichRowsCome() throws Exception {
        JobConfig job =
                read(
                        Samples.SMALL
                                + """
                                rows:
                                  "a.order*":
                                    since: { column: [created_at, updated_at], within: P1Y6M }
                                    keep: [month-ends, feb-29]
                                    where: status <> 'draft'
                                  a.log: { since: { column: at, within: P2W } }
                                  a.order_all: {}
                                orphans:
                                  "*": nullify
                                  a.order_line.order_id: pull
                                """);

        assertThat(job.rows().rules())
                .extracting(each -> each.tables().text())
                .containsExactly("a.order*", "a.log", "a.order_all");
        RowRule orders = job.rows().rules().getFirst();
        RowRule.Window window = orders.window().orElseThrow();
        assertThat(window.columns()).containsExactly("created_at", "updated_at");
        assertThat(window.within()).isEqualTo(java.time.Period.of(1, 6, 0));
        assertThat(window.kept())
                .containsExactlyInAnyOrder(
                        RowRule.CalendarDay.MONTH_ENDS, RowRule.CalendarDay.FEB_29);
        assertThat(orders.condition())
                .contains(
                        new RowRule.Condition(
                                "status <> 'draft'", new Location(10, 5, "rows.a.order*.where")));
        assertThat(job.rows().rules().get(1).window().orElseThrow().within())
                .isEqualTo(java.time.Period.ofDays(14));
        assertThat(job.rows().rules().get(2).window()).isEmpty();
        assertThat(job.rows().orphans())
                .extracting(OrphanRule::fate)
                .containsExactly(OrphanRule.Fate.NULLIFY, OrphanRule.Fate.PULL);
        assertThat(read(Samples.SMALL + "orphans: pull\n").rows().orphans())
                .singleElement()
                .matches(each -> each.columns().matches("", "any", "table", "column"));
    }

    @Test
    void readsWhatHappensToValuesThatDoNotFit() throws Exception {
        JobConfig job =
                read(
                        Samples.SMALL
                                + """
                                on-mismatch: stop
                                columns:
                                  a.b.phone: { mask: phone, on-mismatch: pseudonym }
                                  a.b.email: email
                                """);

        assertThat(job.onMismatch()).isEqualTo(OnMismatch.STOP);
        assertThat(job.columns())
                .extracting(each -> each.rule().onMismatch())
                .containsExactly(Optional.of(OnMismatch.PSEUDONYM), Optional.empty());
        assertThat(job.columns().getFirst().rule().parameters()).isEmpty();
    }

    @Test
    void readsASecretThatAwsKmsHasEncrypted() throws Exception {
        JobConfig job = read(Samples.KMS);

        assertThat(job.secret())
                .isInstanceOfSatisfying(
                        SecretSource.AwsKms.class,
                        kms -> {
                            assertThat(kms.ciphertext()).isEqualTo(Samples.CIPHERTEXT);
                            assertThat(kms.region()).contains("eu-central-1");
                            assertThat(kms.context())
                                    .isEqualTo(Map.of("job", "shop", "aws:tenant id", "acme"));
                            assertThat(kms.endpoint()).contains("http://127.0.0.1:9000");
                            assertThat(kms.accessKey().orElseThrow().reveal()).isEqualTo("AKIA123");
                        });
        assertThat(job.secret().origin())
                .isEqualTo(
                        "AWS KMS, decrypted with arn:aws:kms:eu-central-1:111122223333:key/1234abcd");
        assertThat(job.replacesKey()).contains("0123abcd");
        assertThat(job.toString()).doesNotContain("AKIA123", "tw1n-pw");
    }

    @Test
    void readsProfilesKindsAndAcknowledgements() throws Exception {
        JobConfig job = read(Samples.PROFILED);

        assertThat(job.profiles()).containsExactly(Profile.HIPAA_SAFE_HARBOR, Profile.PCI_DSS);
        assertThat(job.kinds())
                .extracting(KindRule::kind)
                .containsExactly(PersonalKind.MEDICAL_RECORD, PersonalKind.NONE);
        assertThat(job.acknowledged())
                .extracting(Acknowledgement::concern)
                .containsExactly(Concern.FEW_VALUES, Concern.EPOCH_REUSED);
        assertThat(job.acknowledged().getFirst().reason()).isEqualTo("three values, wanted");
        assertThat(read(Samples.SMALL + "profile: pci-dss\n").profiles())
                .containsExactly(Profile.PCI_DSS);
    }

    @Test
    void aSecretMaySayWhereItComesFromAsAMap() throws Exception {
        Files.writeString(folder.resolve("key"), "correct horse battery staple\n");

        JobConfig job =
                read(
                        Samples.SMALL.replace(
                                "secret: ${env:UNDERSTUDY_SECRET}",
                                "secret: { text: \"${file:key}\" }"));

        assertThat(job.secret().origin()).isEqualTo("the file key");
    }

    @Test
    void readsEveryKnob() throws Exception {
        JobConfig job = read(Samples.TUNED);

        assertThat(job.epoch()).isEqualTo(3);
        assertThat(job.sources().getFirst().database().url())
                .isEqualTo("jdbc:postgresql://replica:5433/shop?ssl=true");
        assertThat(job.sources().getFirst().database().connections()).isEqualTo(9);
        assertThat(job.tuning()).isEqualTo(new Tuning(3, 20_000, 512 << 10, 50_000));
        LakeConfig lake = job.lake().orElseThrow();
        assertThat(lake.compression()).isEqualTo(Compression.NONE);
        assertThat(lake.endpoint()).contains("http://127.0.0.1:9000");
        assertThat(lake.region()).contains("eu-central-1");
        assertThat(lake.accessKey().orElseThrow().reveal()).isEqualTo("AKIA123");
        assertThat(lake.secretKey().orElseThrow().reveal()).isEqualTo("tw1n-pw");
        assertThat(lake.pathStyle()).isTrue();
    }

    @Test
    void followsAliasesAndMergeKeys() throws Exception {
        JobConfig job = read(Samples.ALIASED);

        DatabaseConfig twin = job.twins().getFirst().database();
        assertThat(twin.url()).isEqualTo("jdbc:postgresql://dev/shop_twin");
        assertThat(twin.user()).isEqualTo("reader");
        assertThat(twin.connections()).isEqualTo(4);
        assertThat(job.columns().get(1).rule().agreesWith(job.columns().get(0).rule())).isTrue();
    }

    @Test
    void aLakeMayBeATextAndARelativeOneStartsAtTheConfig() throws Exception {
        assertThat(read(Samples.SMALL + "lake: out/lake\n").lake().orElseThrow().uri())
                .isEqualTo(folder.resolve("out/lake").toString());
        assertThat(read(Samples.SMALL + "lake: { uri: /data/lake }\n").lake().orElseThrow().uri())
                .isEqualTo("/data/lake");
        LakeConfig s3 = read(Samples.SMALL + "lake: s3://bucket\n").lake().orElseThrow();
        assertThat(s3.uri()).isEqualTo("s3://bucket");
        assertThat(s3.compression()).isEqualTo(Compression.ZSTD);
    }

    @Test
    void putsPlaceholdersIntoLongerTextsAndLeavesEscapedOnes() throws Exception {
        JobConfig job =
                read(
                        Samples.SMALL
                                + """
                                columns:
                                  a: { mask: constant, value: "<${env:HOST}/${file:pg}>$${env:HOST}$" }
                                """);

        assertThat(job.columns().getFirst().rule().parameters())
                .containsEntry("value", "<replica/file-pw>${env:HOST}$");
    }

    @Test
    void onlyTheLastLineEndOfAFileIsDropped() throws Exception {
        Files.writeString(folder.resolve("windows"), " pw \n\r\n");
        String yaml =
                Samples.SMALL.replace(
                        "user: reader", "user: reader, password: \"${file:windows}\"");

        assertThat(read(yaml).sources().getFirst().database().password().reveal())
                .isEqualTo(" pw \n");
    }

    @Test
    void theMaskerNullLooksLikeYamlsNull() throws Exception {
        JobConfig job =
                read(Samples.SMALL + "columns: { a: null, b: { mask: null }, c: \"null\" }\n");

        assertThat(job.columns()).extracting(each -> each.rule().masker()).containsOnly("null");
    }

    @Test
    void theHashIsOfTheTextBeforePlaceholders() throws Exception {
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Samples.FULL.getBytes("UTF-8"));

        assertThat(read(Samples.FULL).hash()).isEqualTo(HexFormat.of().formatHex(sha256));
    }

    @Test
    void groupsAreWrittenOutAsRulesThatReadEachOther() throws Exception {
        List<ColumnRule> rules = read(Samples.GROUPED).columns();

        assertThat(rules)
                .extracting(each ->
                        "%s %s %s %s"
                                .formatted(
                                        each.pattern(),
                                        each.shown(),
                                        each.rule().masker(),
                                        new TreeMap<>(each.rule().parameters())))
                .containsExactlyInAnyOrder(
                        "public.customer.sex public.customer.sex keep {}",
                        "public.customer.sex person of public.customer gender"
                                + " {codes={0=male, 1=female}, of=[first_name, last_name, display_name, email]}",
                        "public.customer.salutation person of public.customer title"
                                + " {codes={0=male, 1=female}, gender=sex}",
                        "public.customer.first_name person of public.customer first-name"
                                + " {codes={0=male, 1=female}, culture=country, gender=sex}",
                        "public.customer.last_name person of public.customer last-name {culture=country}",
                        "public.customer.display_name person of public.customer full-name"
                                + " {from=[first_name, last_name]}",
                        "public.customer.email person of public.customer email"
                                + " {from=[first_name, last_name]}",
                        "public.customer.city place of public.customer place"
                                + " {country=country, in=DE, part=city, postcode=postal_code, region=district}",
                        "public.customer.district place of public.customer place"
                                + " {city=city, country=country, in=DE, part=region, postcode=postal_code}",
                        "public.customer.postal_code place of public.customer place"
                                + " {city=city, country=country, in=DE, part=postcode, region=district}",
                        "public.customer.country place of public.customer country {}",
                        "public.customer.billing_city place of public.customer place"
                                + " {country=country, part=city, postcode=billing_postcode}",
                        "public.customer.billing_postcode place of public.customer place"
                                + " {city=billing_city, country=country, part=postcode}",
                        "*.rental.starts_on span of *.rental shift-date {max-days=365, with=[ends_on]}",
                        "*.rental.ends_on span of *.rental shift-date {max-days=365, with=[starts_on]}",
                        "public.visit.came span of public.visit shift-date {direction=earlier, max-days=30, with=[went]}",
                        "public.visit.went span of public.visit shift-date {direction=earlier, max-days=30, with=[came]}");
        assertThat(rules.get(1).where().path()).isEqualTo("groups.public.customer.place.city");
    }

    @Test
    void aTitleTellsTheGenderWhereNoOtherColumnDoes() throws Exception {
        List<ColumnRule> rules =
                read(Samples.SMALL + "groups: { a.b: { person: { title: t, full-name: n } } }\n")
                        .columns();

        assertThat(rules)
                .extracting(each -> each.rule().masker() + each.rule().parameters())
                .containsExactly("title{of=[n]}", "full-name{gender=t}");
    }

    @Test
    void aDictionaryInAFileOfItsOwnIsReadAndHashed() throws Exception {
        String yaml =
                Samples.SMALL
                        + """
                        columns:
                          a.b.c: { mask: dictionary, file: words.txt }
                          a.b.d: { mask: case, of: e, when: { x: { mask: dictionary, file: words.txt } }, otherwise: "null" }
                        """;
        Files.writeString(folder.resolve("words.txt"), "north\r\nsüd\n\n");
        JobConfig job = read(yaml);
        Files.writeString(folder.resolve("words.txt"), "north\nost\n");
        JobConfig other = read(yaml);

        assertThat(job.columns().getFirst().rule().parameters())
                .isEqualTo(Map.of("words", List.of("north", "süd")));
        assertThat(job.columns().getLast().rule().parameters().toString())
                .contains("words=[north, süd]");
        assertThat(job.hash()).isNotEqualTo(other.hash());
    }

    @Test
    void aPasswordInTheFileIsAWarning() throws Exception {
        Path file = folder.resolve("job.yaml");
        Files.writeString(
                file, Samples.SMALL.replace("user: reader", "user: reader, password: hunter2"));

        List<Problem> warnings =
                JobConfigs.readWithWarnings(file, Samples.ENVIRONMENT::get).warnings();

        assertThat(warnings)
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.id()).isEqualTo("literal-secret");
                    assertThat(warning.severity()).isEqualTo(Problem.Severity.WARNING);
                    assertThat(warning.where().orElseThrow().path()).isEqualTo("source.password");
                    assertThat(warning.toString()).doesNotContain("hunter2");
                });
    }

    @Test
    void aConfigDoesNotPrintItsSecrets() throws Exception {
        assertThat(read(Samples.FULL).toString())
                .doesNotContain(Samples.SECRET, "tw1n-pw", "file-pw");
        assertThat(read(Samples.TUNED).toString()).doesNotContain("AKIA123", "tw1n-pw", "replica");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFile() throws Exception {
        assertThat(read("\uFEFF" + Samples.SMALL).job()).isEqualTo("shop");
    }

    /// Whatever a file holds, it is read or its problems are listed, without what placeholders
    /// stand for.
    @Test
    void brokenFilesGiveProblemsAndNothingElse() throws Exception {
        long seed = 11;
        var random = new Random(seed);
        String signs = "\n\t :-{}[]*&!|>'\"%@`#,?$~<=aZ0\u00e9\u2028";
        for (int i = 0; i < 2_000; i++) {
            var yaml = new StringBuilder(i % 2 == 0 ? Samples.FULL : Samples.ALIASED);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(yaml.length() - 10);
                char sign = signs.charAt(random.nextInt(signs.length()));
                switch (random.nextInt(3)) {
                    case 0 -> yaml.insert(at, sign);
                    case 1 -> yaml.setCharAt(at, sign);
                    default -> yaml.delete(at, at + 1 + random.nextInt(8));
                }
            }
            try {
                read(yaml.toString());
            } catch (ConfigProblems e) {
                assertThat(e.problems().toString() + e.getMessage())
                        .as("seed %d, file %d: %s", seed, i, yaml)
                        .doesNotContain(Samples.SECRET, "tw1n-pw", "file-pw");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed %d, file %d: %s".formatted(seed, i, yaml), e);
            }
        }
    }

    @Test
    void allProblemsComeAtOnceInTheOrderOfTheFile() {
        String yaml =
                """
                job: "no blanks"
                secret: ${env:NOWHERE}
                source: { url: "jdbc:oracle://h/d", user: reader }
                columns: { a.b.c.d: email }
                unlisted: pass
                """;

        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        ConfigProblems.class,
                        e ->
                                assertThat(e.problems())
                                        .extracting(Problem::id)
                                        .containsExactly(
                                                "malformed-name",
                                                "missing-key",
                                                "unset-variable",
                                                "unsupported-engine",
                                                "malformed-pattern",
                                                "unknown-value"));
    }

    @Test
    void aMissingFileIsAProblemOfTheConfig() {
        assertThatThrownBy(() -> JobConfigs.read(folder.resolve("nothing.yaml"), name -> null))
                .isInstanceOf(ConfigProblems.class)
                .hasMessageContaining("does not exist");
    }

    private JobConfig read(String yaml) throws IOException {
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, yaml);
        return JobConfigs.read(file, Samples.ENVIRONMENT::get);
    }
}
