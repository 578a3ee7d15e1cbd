package dev.understudy.jobs.run;

import dev.understudy.jobs.copy.DeltaOutlook;
import dev.understudy.jobs.plan.Plan;
import java.util.List;
import java.util.Optional;

/// What a run of a job would do now.
///
/// @param delta how it reads its rows; empty if the job has no deltas
/// @param refusals why a run that copies everything would be refused by the twins' servers, for
///   people; empty of servers that cannot be reached
/// @param unfinished what a run would do first, because the last one did not end, for people
public record Outlook(
        Plan plan,
        Optional<DeltaOutlook> delta,
        List<String> refusals,
        Optional<String> unfinished) {
    public Outlook {
        refusals = List.copyOf(refusals);
    }
}
