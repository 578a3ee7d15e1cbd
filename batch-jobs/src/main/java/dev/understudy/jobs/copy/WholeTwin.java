package dev.understudy.jobs.copy;

import dev.understudy.config.DatabaseConfig;
import dev.understudy.config.Problem;
import dev.understudy.config.SourceConfig;
import dev.understudy.jobs.plan.Plan;
import dev.understudy.schema.Table;
import dev.understudy.schema.TableName;
import dev.understudy.source.SourceDatabase;
import dev.understudy.twin.Blueprint;
import dev.understudy.twin.LoadingTwin;
import dev.understudy.twin.TwinDatabase;
import dev.understudy.twin.TwinDatabase.State;
import dev.understudy.twin.Unheld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A new twin, loaded beside the live one, whose place it takes at the end.
final class WholeTwin implements OutputMaking {
    private final SourceConfig config;
    private final SourceDatabase database;
    private final CopyRun copy;
    private final TwinDatabase twin;
    private final LedgerJson json;
    private final RunId run;
    private final long fence;
    private final Positions positions;
    private final List<String> ofDatabase = new ArrayList<>();
    private List<String> unmet = List.of();
    private @Nullable LoadingTwin loading;
    private @Nullable TwinStructure structure;
    private Optional<Problem> slowness = Optional.empty();

    WholeTwin(
            SourceConfig config,
            SourceDatabase database,
            CopyRun copy,
            LedgerJson json,
            RunId run,
            long fence,
            Positions positions) {
        this.config = config;
        this.database = database;
        this.copy = copy;
        this.json = json;
        this.run = run;
        this.fence = fence;
        this.positions = positions;
        twin = Engines.twin(place(), run);
    }

    private DatabaseConfig place() {
        return config.twin().orElseThrow().database();
    }

    @Override
    public State state() {
        return twin.state();
    }

    @Override
    public TwinLedger prepare(boolean begun) throws InterruptedException {
        boolean exists = begun;
        twin.checkReplaceable();
        if (!exists) {
            ofDatabase.addAll(twin.create(database));
        }
        TwinLedger opened = open();
        if (exists && opened.splits().isEmpty()) {
            // A process died before the structure was complete: nothing of value is in there.
            structure().close();
            sessions().close();
            ofDatabase.addAll(twin.create(database));
            exists = false;
            opened = open();
        }
        if (!exists) {
            structure().createTables();
        }
        return opened;
    }

    @Override
    public Optional<TwinLedger> reopen() {
        return structure == null ? Optional.of(open()) : Optional.empty();
    }

    private TwinLedger open() {
        DatabaseConfig place = place();
        loading = twin.load(Math.max(2, place.connections()));
        slowness =
                loading.slowness()
                        .map(why ->
                                Problem.warning(
                                        "slow-loading",
                                        place.where(),
                                        why,
                                        "the twin is the same either way"));
        TwinLedger ledger = TwinLedger.open(loading, json, run.number(), fence);
        Plan plan = copy.plan();
        Blueprint blueprint =
                loading.blueprint(
                        database,
                        plan.selectedOf(config.name()),
                        Unheld.valueOf(config.twin().orElseThrow().unheld().name()),
                        copy.config().delta().isPresent());
        TwinStructure.checkTables(config, plan, blueprint);
        // The workers keep a session each while they copy.
        int free = place.connections() - copy.config().tuning().workers();
        structure =
                new TwinStructure(
                        config,
                        plan,
                        twin.isForeign(database),
                        loading,
                        blueprint,
                        ledger,
                        new StructureLoad(
                                loading,
                                ledger,
                                copy.progress(),
                                Math.max(1, free),
                                copy::mustStop));
        return ledger;
    }

    private TwinStructure structure() {
        return Objects.requireNonNull(structure, "prepare() comes first");
    }

    /// Why the twin is loaded more slowly than could be.
    @Override
    public List<Problem> warnings() {
        return slowness.stream().toList();
    }

    @Override
    public LoadingTwin sessions() {
        return Objects.requireNonNull(loading, "prepare() comes first");
    }

    // On a foreign engine, partitions have no tables of their own.
    @Override
    public TableName into(Table table) {
        return twin.isForeign(database) ? table.root() : table.name();
    }

    @Override
    public List<String> definition() {
        return structure().definition();
    }

    @Override
    public List<String> statements() {
        return structure == null ? List.of() : structure.statements();
    }

    @Override
    public void tableDone(TableName table, long rows) {
        structure().tableDone(table);
    }

    @Override
    public void finish() throws InterruptedException {
        structure().finish();
        unmet = structure().unmet();
    }

    @Override
    public List<String> notCarried() {
        var notCarried = new ArrayList<>(ofDatabase);
        if (structure != null) {
            notCarried.addAll(structure.notCarried());
        }
        notCarried.addAll(unmet);
        return notCarried;
    }

    @Override
    public Map<String, Positions.OfTable> positions() {
        return positions.now(Map.of(), Set.of());
    }

    @Override
    public void complete(String receipt) {
        Optional<String> next =
                copy.config()
                        .delta()
                        .map(_ ->
                                positions.content(
                                        positions.describe(structure().blueprint()),
                                        structure().ledger().positions(),
                                        copy.snapshots()));
        structure().complete(receipt, next);
    }

    // The ledger has served; nobody may be connected when the database changes its name.
    @Override
    public void publish() {
        close();
        LoadingTwin last = twin.load(1);
        TwinLedger.drop(last);
        last.close();
        twin.publish();
    }

    @Override
    public void clean() {
        twin.analyze();
        twin.dropRetired();
    }

    @Override
    public void close() {
        try {
            if (structure != null) {
                structure.close();
            }
        } finally {
            if (loading != null) {
                loading.close();
            }
        }
    }
}
