package dev.understudy.jobs.copy;

import java.util.List;

/// The statements that give a user of a job the least that it needs on one server.
///
/// @param place which database
/// @param statements without semicolons; those that begin with two dashes are remarks
public record SideGrants(SideFindings.Side side, String place, List<String> statements) {
    public SideGrants {
        statements = List.copyOf(statements);
    }
}
