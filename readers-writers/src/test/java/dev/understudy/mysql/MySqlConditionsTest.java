package dev.understudy.mysql;

import dev.understudy.schema.TableName;
import dev.understudy.source.RowConditionsContract;
import dev.understudy.source.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

class MySqlConditionsTest implements RowConditionsContract {
    @RegisterExtension static final MariaDbServer server = MariaDbServer.embedded();

    @Override
    public Target newDatabase() throws SQLException {
        MySqlTestDatabase database = server.newDatabase();
        return new Target() {
            @Override
            public Connection connect() throws SQLException {
                return database.connect();
            }

            @Override
            public SourceDatabase open() {
                return MySqlSource.open(database.url(), database.user(), database.password(), 3);
            }

            @Override
            public TableName table(String name) {
                return new TableName(database.name(), name);
            }
        };
    }

    @Override
    public String moment() {
        return "datetime";
    }
}
