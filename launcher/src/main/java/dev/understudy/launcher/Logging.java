package dev.understudy.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// Where the log goes: INFO and worse to one file a day, which several processes may share. The
/// terminal belongs to the displays.
///
/// Found by Logback as its only configurator, so that it looks for no file on the class path, and
/// loaded with the first logger, so that commands which log nothing do not pay for it.
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String FOLDER = "understudy.log.folder";
    private static final String LEVEL = "understudy.log.level";

    /// Says where the log goes; nothing is created before something is logged.
    static void toFile(Path folder, boolean debug) {
        System.setProperty(FOLDER, folder.toString());
        System.setProperty(LEVEL, debug ? "DEBUG" : "INFO");
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var root = context.getLogger("ROOT");
        root.setLevel(Level.INFO);
        // Their stories are told by our own lines, and one a partition would drown them.
        context.getLogger("org.springframework").setLevel(Level.WARN);
        context.getLogger("com.zaxxer.hikari").setLevel(Level.WARN);
        context.getLogger("org.flywaydb").setLevel(Level.WARN);
        // It warns that it does not know this H2 yet; all migrations ran on it in the tests.
        context.getLogger("org.flywaydb.core.internal.database").setLevel(Level.ERROR);
        context.getLogger("org.apache").setLevel(Level.WARN);
        context.getLogger("software.amazon").setLevel(Level.WARN);
        context.getLogger("dev.understudy")
                .setLevel(Level.toLevel(System.getProperty(LEVEL), Level.INFO));
        String folder = System.getProperty(FOLDER);
        if (folder == null) {
            var console = new ConsoleAppender<ILoggingEvent>();
            console.setTarget("System.err");
            start(console, context);
            root.addAppender(console);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        var file = new FileAppender<ILoggingEvent>();
        file.setFile(
                Path.of(folder, "understudy-" + LocalDate.now(ZoneOffset.UTC) + ".log").toString());
        start(file, context);
        root.addAppender(file);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        // A message may name a table, and a table's name hold a line that nobody has logged.
        encoder.setPattern(
                "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{0}: %replace(%msg){'[\\x00-\\x1f\\x7f-\\x9f]', '·'}%n");
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }
}
