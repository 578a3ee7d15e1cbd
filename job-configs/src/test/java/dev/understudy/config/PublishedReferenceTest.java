package dev.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublishedReferenceTest {
    private static final Path DOCS = Path.of("../docs/reference");
    private static final String HOW =
            "is not current; write it with: ./build test -pl job-configs -am -Dtest=PublishedReferenceTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dreference.write=true";

    /// What a schema can see of a config. The rest needs values, lines or names parsed.
    private static final Set<String> SEEN_BY_SCHEMA =
            Set.of(
                    "unknown-key",
                    "missing-key",
                    "unknown-value",
                    "malformed-name",
                    "out-of-range",
                    "unknown-masker",
                    "unknown-parameter",
                    "missing-parameter",
                    "malformed-rule",
                    "malformed-ciphertext",
                    "malformed-key-id");

    private final Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(JobConfigs.schema());

    @Test
    void thePublishedSchemaIsCurrent() throws IOException {
        current("job-config.schema.json", JobConfigs.schema());
    }

    @Test
    void thePublishedPageIsCurrent() throws IOException {
        current("job-config.md", JobConfigs.reference());
    }

    @Test
    void thePublishedPageOfWarningsAndProfilesIsCurrent() throws IOException {
        current("warnings.md", JobConfigs.concerns());
    }

    @Test
    void theSchemaIsASchema() {
        Schema metaschema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(
                                com.networknt.schema.SchemaLocation.of(
                                        "https://json-schema.org/draft/2020-12/schema"));
        assertThat(metaschema.validate(JobConfigs.schema(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void theSchemaAcceptsWhatTheReaderAccepts() {
        for (String yaml :
                List.of(
                        Samples.FULL,
                        Samples.SMALL,
                        Samples.TUNED,
                        Samples.KMS,
                        Samples.GROUPED,
                        Samples.PROFILED)) {
            assertThat(schema.validate(yaml, InputFormat.YAML)).as(yaml).isEmpty();
        }
    }

    @Test
    void theSchemaRefusesWhatItCanSeeOfTheMistakes() {
        for (ConfigMistakesTest.Mistake each : ConfigMistakesTest.mistakes()) {
            if (SEEN_BY_SCHEMA.contains(each.id())) {
                assertThat(schema.validate(each.yaml(), InputFormat.YAML))
                        .as(each.yaml())
                        .isNotEmpty();
            }
        }
    }

    private static void current(String name, String wanted) throws IOException {
        Path file = DOCS.resolve(name);
        if (Boolean.getBoolean("reference.write")) {
            Files.createDirectories(DOCS);
            Files.writeString(file, wanted);
        }
        assertThat(file).exists();
        assertThat(Files.readString(file)).as("docs/reference/%s %s", name, HOW).isEqualTo(wanted);
    }
}
