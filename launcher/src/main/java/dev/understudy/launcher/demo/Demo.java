package dev.understudy.launcher.demo;

import dev.understudy.launcher.secret.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjLongConsumer;

/// A demo that is ready for its job: both servers run, the source holds the shop, and a job config
/// lies in the home directory. Closing it stops the servers, unless they are to run on.
///
/// @param crm the second source, with its twin, where it was asked for
/// @param rows that were generated just now; empty if the sources had them already
/// @param config the job config: the user's own where there was one
public record Demo(DemoServers servers, Optional<CrmServer> crm, OptionalLong rows, Path config)
        implements AutoCloseable {
    /// The database with production.
    public static final String SOURCE_DATABASE = "shop";

    /// The database that the job makes.
    public static final String TWIN_DATABASE = "shop_twin";

    /// Makes a demo, or what is missing of it: a shop that is there already is not made again, and
    /// a config that somebody may have changed is kept, apart from the servers' ports.
    ///
    /// @param progress is told of each table when it is filled, with its rows
    /// @throws DemoFailed if this machine cannot run it
    public static Demo prepare(Path home, DemoShop shop, ObjLongConsumer<String> progress) {
        var servers = DemoServers.start(home);
        try {
            OptionalLong rows =
                    holds(servers.source(), shop)
                            ? OptionalLong.empty()
                            : OptionalLong.of(create(servers.source(), shop, progress));
            return new Demo(servers, Optional.empty(), rows, writeConfig(servers));
        } catch (SQLException e) {
            servers.close();
            throw new DemoFailed("cannot prepare the demo in " + servers.home(), e);
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    /// The same with a CRM on MariaDB beside the shop, and a job over both.
    ///
    /// @throws DemoFailed if this machine cannot run it
    public static Demo prepareWithCrm(Path home, DemoShop shop, ObjLongConsumer<String> progress) {
        Demo alone = prepare(home, shop, progress);
        try {
            CrmServer crm = CrmServer.start(alone.servers.home());
            try {
                OptionalLong callers = new DemoCrm(shop).fill(crm);
                return new Demo(
                        alone.servers,
                        Optional.of(crm),
                        sum(alone.rows, callers),
                        CrmConfig.write(alone.servers, crm));
            } catch (RuntimeException e) {
                crm.close();
                throw e;
            }
        } catch (RuntimeException e) {
            alone.close();
            throw e;
        }
    }

    private static OptionalLong sum(OptionalLong one, OptionalLong other) {
        return one.isEmpty() && other.isEmpty()
                ? one
                : OptionalLong.of(one.orElse(0) + other.orElse(0));
    }

    /// Lets the servers run on after {@link #close}; {@link #stop} stops them.
    public void keepRunning() {
        servers.keepRunning();
        crm.ifPresent(CrmServer::keepRunning);
    }

    /// Stops the servers that an earlier process left running under that home; their data stay.
    ///
    /// @return whether one was running
    public static boolean stop(Path home) {
        boolean crmRan = CrmServer.stop(home.toAbsolutePath().normalize());
        return DemoServers.stop(home) || crmRan;
    }

    @Override
    public void close() {
        crm.ifPresent(CrmServer::close);
        servers.close();
    }

    /// The database's comment is written last, so a shop that was not finished is made again.
    private static boolean holds(DemoServer source, DemoShop shop) throws SQLException {
        return comment(source).filter(shop.toString()::equals).isPresent();
    }

    private static Optional<String> comment(DemoServer source) throws SQLException {
        try (Connection connection = source.connect(DemoServer.ADMIN);
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '%s'"
                                        .formatted(SOURCE_DATABASE))) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        }
    }

    private static long create(DemoServer source, DemoShop shop, ObjLongConsumer<String> progress)
            throws SQLException {
        try (Connection admin = source.connect(DemoServer.ADMIN)) {
            DemoShop.execute(
                    admin, "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(SOURCE_DATABASE));
            DemoShop.execute(admin, "CREATE DATABASE " + SOURCE_DATABASE);
            long rows;
            try (Connection connection = source.connect(SOURCE_DATABASE)) {
                rows = shop.create(connection, progress);
                DemoShop.execute(connection, DemoShop.resource("shop-reader.sql"));
            }
            DemoShop.execute(
                    admin, "COMMENT ON DATABASE %s IS '%s'".formatted(SOURCE_DATABASE, shop));
            return rows;
        }
    }

    private static Path writeConfig(DemoServers servers) {
        Path config = servers.home().resolve("shop.yaml");
        try {
            String sourceUrl = servers.source().url(SOURCE_DATABASE);
            String twinUrl = servers.twin().url(TWIN_DATABASE);
            SecretFile.read(servers.secretFile("masking"));
            if (Files.exists(config)) {
                String kept = Files.readString(config);
                Files.writeString(config, withUrl(withUrl(kept, sourceUrl), twinUrl));
            } else {
                Files.writeString(
                        config,
                        DemoShop.resource("shop.yaml")
                                .replace("{{source}}", sourceUrl)
                                .replace("{{twin}}", twinUrl)
                                .replace("{{lake}}", servers.home().resolve("lake").toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return config;
    }

    /// The text with this URL wherever it names the same database on another port.
    static String withUrl(String text, String url) {
        return text.replaceAll(url.replaceFirst(":[0-9]+/", ":[0-9]+/") + "(?![\\w-])", url);
    }
}
