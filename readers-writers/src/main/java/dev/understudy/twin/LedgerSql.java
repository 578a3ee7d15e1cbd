package dev.understudy.twin;

import java.util.List;

/// The SQL of a run's progress in one engine. Where an insert gives no row, the process was
/// overtaken: the row of the run is shared with nobody who holds another fence until the
/// transaction ends.
///
/// @param create creates the tables, unless they are there
/// @param run the table of the run: run, fence, snapshots, outline
/// @param checkpoint the table of the pieces
/// @param statement the table of the statements that are done
/// @param record inserts or replaces a checkpoint: its twelve values, then run and fence
/// @param note inserts the ids of done statements, `%s` times `?` united as `id`: run and fence
///   last
/// @param holding a row if run and fence hold, locked against a takeover
/// @param durable makes this transaction's commit wait for the disk; empty where every one does
/// @param drop removes everything
public record LedgerSql(
        List<String> create,
        String run,
        String checkpoint,
        String statement,
        String record,
        String note,
        String holding,
        List<String> durable,
        List<String> drop) {
    public LedgerSql {
        create = List.copyOf(create);
        durable = List.copyOf(durable);
        drop = List.copyOf(drop);
    }
}
