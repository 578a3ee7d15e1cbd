package dev.understudy.jobs.run;

import dev.understudy.lake.LakeCatalog;
import dev.understudy.lake.LakeViews;
import dev.understudy.lake.Manifest;
import dev.understudy.lake.ObjectStore;
import dev.understudy.lake.StoreLocation;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/// The current version of the lake of the job `test-job`, as DuckDB shows it through its views. One
/// thread.
record ShownLake(Manifest manifest, Connection duck) implements AutoCloseable {
    /// @param lake a directory
    static Manifest manifest(Path lake) {
        try (var store = ObjectStore.open(StoreLocation.of(lake.toString()))) {
            return new LakeCatalog(store, "test-job").current().orElseThrow();
        }
    }

    /// @param lake a directory
    static ShownLake of(Path lake) throws SQLException {
        Manifest manifest = manifest(lake);
        var views = new LakeViews(manifest, key -> lake.resolve(key).toString());
        Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        try (var statement = duck.createStatement()) {
            for (Manifest.LakeTable each : manifest.tables()) {
                statement.execute(views.of(each));
            }
            return new ShownLake(manifest, duck);
        } catch (SQLException e) {
            duck.close();
            throw e;
        }
    }

    List<String> strings(String query) throws SQLException {
        return Scenario.strings(duck, query);
    }

    @Override
    public void close() throws SQLException {
        duck.close();
    }
}
