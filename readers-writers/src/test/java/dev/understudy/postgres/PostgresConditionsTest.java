package dev.understudy.postgres;

import dev.understudy.schema.TableName;
import dev.understudy.source.RowConditionsContract;
import dev.understudy.source.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresConditionsTest implements RowConditionsContract {
    @RegisterExtension static final PostgresServer server = PostgresServer.embedded();

    @Override
    public Target newDatabase() throws SQLException {
        TestDatabase database = server.newDatabase();
        return new Target() {
            @Override
            public Connection connect() throws SQLException {
                return database.connect();
            }

            @Override
            public SourceDatabase open() {
                return PostgresSource.open(database.url(), database.user(), database.password(), 3);
            }

            @Override
            public TableName table(String name) {
                return new TableName("public", name);
            }
        };
    }

    @Override
    public String moment() {
        return "timestamp";
    }
}
