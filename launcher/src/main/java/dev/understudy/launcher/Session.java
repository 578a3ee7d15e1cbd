package dev.understudy.launcher;

import dev.understudy.config.JobConfig;
import dev.understudy.config.JobConfigs;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.jobs.run.Outlook;
import dev.understudy.launcher.terminal.Terminal;
import dev.understudy.rows.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One command line being carried out: its surroundings, and what all commands do alike.
final class Session {
    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Product product;
    private boolean debug;

    Session(Terminal terminal, Map<String, String> environment, Product product) {
        this.terminal = terminal;
        this.environment = environment;
        this.product = product;
    }

    Terminal terminal() {
        return terminal;
    }

    Map<String, String> environment() {
        return environment;
    }

    Product product() {
        return product;
    }

    boolean debug() {
        return debug;
    }

    /// Before anything that logs: where its log goes, and what of it is shown.
    void prepare(CommonOptions options) {
        debug = options.debug;
        Logging.toFile(options.home(environment).resolve("logs"), options.debug);
    }

    JobConfig read(Path file) {
        return readWithWarnings(file).config();
    }

    /// The same, with what the author of the file should know.
    JobConfigs.Reading readWithWarnings(Path file) {
        if (!Files.exists(file)) {
            throw new Failure(Failure.Kind.CONFIG, file + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new Failure(
                    Failure.Kind.CONFIG, file + ": not a file; give the YAML file of a job");
        }
        if (!Files.isReadable(file)) {
            throw new Failure(Failure.Kind.CONFIG, file + ": may not be read by this user");
        }
        return product.read(file);
    }

    /// Plans a job, with what the home knows of its earlier runs.
    Plan plan(JobConfig config, CommonOptions options) {
        return product.plan(config, options.home(environment));
    }

    /// The same, with what twins and lake say of the next run.
    Outlook outlook(JobConfig config, CommonOptions options) {
        return product.outlook(config, options.home(environment));
    }

    Product.Runs open(CommonOptions options) {
        return product.open(options.home(environment));
    }

    void print(List<String> lines) {
        lines.forEach(terminal.out()::println);
    }

    void print(JsonNode json) {
        terminal.out().println(json.toPrettyString());
    }
}
