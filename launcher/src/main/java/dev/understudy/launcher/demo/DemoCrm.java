package dev.understudy.launcher.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The people who call or write, as another program on another database knows them: most are
/// customers of the shop, under the same e-mail addresses.
final class DemoCrm {
    private static final int BATCH = 1_000;
    private static final Pattern STATEMENT_END = Pattern.compile(";\\s*\n");
    private static final List<String> TOPICS =
            List.of("delivery", "refund", "invoice", "product", "account", "praise");

    private final DemoShop shop;
    private int contactsSoFar;
    private long conversationsSoFar;

    DemoCrm(DemoShop shop) {
        this.shop = shop;
    }

    /// Fills the server, unless it is filled already.
    ///
    /// @return how many rows were made; empty if none had to be
    OptionalLong fill(CrmServer server) {
        try (Connection connection = server.administer(CrmServer.DATABASE)) {
            if (comment(connection).equals(shop.toString())) {
                return OptionalLong.empty();
            }
            DemoShop.execute(connection, "DROP TABLE IF EXISTS conversation, contact");
            for (String statement :
                    STATEMENT_END.splitAsStream(DemoShop.resource("crm-tables.sql")).toList()) {
                DemoShop.execute(connection, statement);
            }
            connection.setAutoCommit(false);
            fill(connection);
            connection.commit();
            connection.setAutoCommit(true);
            // Last, so that what was not finished is made again.
            DemoShop.execute(
                    connection, "ALTER TABLE contact COMMENT = '%s'".formatted(shop.toString()));
            return OptionalLong.of(contactsSoFar + conversationsSoFar);
        } catch (SQLException e) {
            throw new DemoFailed("cannot fill the CRM of the demo", e);
        }
    }

    private static String comment(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "SELECT table_comment FROM information_schema.tables WHERE table_schema = database() AND table_name = 'contact'")) {
            return found.next() ? found.getString(1) : "";
        }
    }

    private void fill(Connection connection) throws SQLException {
        try (var contacts =
                        connection.prepareStatement(
                                "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?)");
                var conversations =
                        connection.prepareStatement(
                                "INSERT INTO conversation (contact_id, topic, body, satisfaction, opened_at) VALUES (?, ?, ?, ?, ?)")) {
            var waiting = new ArrayList<Person>();
            shop.eachCaller(person -> {
                waiting.add(person);
                if (waiting.size() == BATCH) {
                    add(waiting, contacts, conversations);
                }
            });
            add(waiting, contacts, conversations);
        }
    }

    private void add(
            List<Person> people, PreparedStatement contacts, PreparedStatement conversations) {
        try {
            for (Person person : people) {
                Dice dice = shop.dice("caller", person.email.hashCode());
                add(
                        contacts,
                        ++contactsSoFar,
                        person.email,
                        person.fullName(),
                        person.phone(),
                        dice.of("phone", "mail", "chat"),
                        Timestamp.from(person.registeredAt));
            }
            contacts.executeBatch();
            int id = contactsSoFar - people.size();
            for (Person person : people) {
                id++;
                Dice dice = shop.dice("conversations", person.email.hashCode());
                for (int i = 0; i <= dice.skewed(4); i++) {
                    String topic = dice.of(TOPICS);
                    add(
                            conversations,
                            id,
                            topic,
                            "%s %s asks about %s and can be called back under %s."
                                    .formatted(
                                            person.firstName,
                                            person.lastName,
                                            topic,
                                            person.phone()),
                            dice.chance(0.7) ? 1 + dice.below(5) : null,
                            Timestamp.from(shop.someTimeAfter(person, dice)));
                    conversationsSoFar++;
                }
            }
            conversations.executeBatch();
        } catch (SQLException e) {
            throw new DemoFailed("cannot fill the CRM of the demo", e);
        }
        people.clear();
    }

    private static void add(PreparedStatement insert, @Nullable Object... values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            insert.setObject(i + 1, values[i]);
        }
        insert.addBatch();
    }
}
