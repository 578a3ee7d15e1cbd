package dev.understudy.launcher.demo;

import dev.understudy.launcher.secret.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What joins over both sources of the demo: customers of the shop who are contacts of the CRM, by
/// their e-mail addresses. The twins have as many as the originals, because one job masked both.
public final class JoinedCallers {
    private static final String CUSTOMERS = "SELECT email FROM shop.customer";
    private static final String CONTACTS = "SELECT email FROM contact";

    private final DemoServers servers;
    private final CrmServer crm;

    public JoinedCallers(DemoServers servers, CrmServer crm) {
        this.servers = servers;
        this.crm = crm;
    }

    /// The join as a query for the lake, and what it finds, each a line that a shell takes.
    ///
    /// @throws DemoFailed if a server does not answer
    public List<String> lines() {
        long joined = inTwins();
        Path lake = servers.home().resolve("lake").resolve("shop-and-crm");
        return List.of(
                "duckdb -c \"SELECT count(*) FROM '%s' s JOIN '%s' c ON s.email = c.email\""
                        .formatted(
                                files(lake.resolve("shop").resolve("shop.customer")),
                                files(lake.resolve("crm").resolve("crm.contact"))),
                "# finds the %,d customers who are contacts, too; the twins join to %,d, the originals to %,d"
                        .formatted(joined, joined, inOriginals()));
    }

    /// How many customers' e-mail addresses are contacts', in the sources.
    public long inOriginals() {
        return joined(servers.source(), Demo.SOURCE_DATABASE, CrmServer.DATABASE, "reader");
    }

    /// The same in the twins.
    public long inTwins() {
        return joined(servers.twin(), Demo.TWIN_DATABASE, CrmServer.TWIN_DATABASE, "loader");
    }

    private long joined(DemoServer shop, String shopDatabase, String crmDatabase, String user) {
        String password = SecretFile.read(servers.secretFile(user));
        try (Connection customers =
                        DriverManager.getConnection(shop.url(shopDatabase), user, password);
                Connection contacts = crm.connect(crmDatabase, user)) {
            Set<String> both = emails(customers, CUSTOMERS);
            both.retainAll(emails(contacts, CONTACTS));
            return both.size();
        } catch (SQLException e) {
            throw new DemoFailed("cannot join the databases of the demo", e);
        }
    }

    private static Set<String> emails(Connection connection, String query) throws SQLException {
        var emails = new HashSet<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                emails.add(rows.getString(1));
            }
        }
        return emails;
    }

    /// The files of a table as the latest run has written them.
    private static Path files(Path table) {
        try (Stream<Path> runs = Files.list(table)) {
            Optional<Path> latest =
                    runs.max(Comparator.comparingLong(each -> each.toFile().lastModified()));
            return latest.orElse(table).resolve("*.parquet");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
