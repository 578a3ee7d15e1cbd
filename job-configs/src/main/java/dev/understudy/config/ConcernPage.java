package dev.understudy.config;

import dev.understudy.config.Concern.Basis;
import dev.understudy.config.Problem.Severity;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes concerns, profiles and kinds as a page of the documentation.
final class ConcernPage {
    private ConcernPage() {}

    static String markdown() {
        var page = new StringBuilder();
        page.append(
                """
                # Warnings and profiles

                What `validate`, `plan` and `run` say about how columns are masked. This page is made from the declarations that the
                program checks by.

                ## Warnings

                Each has an id that never changes. A config accepts one by saying why; it is then listed as acknowledged, in the report
                too:

                ```yaml
                acknowledge:
                  W101: { public.staff.gender: "three values, wanted in tests", "*.is_active": "flags are nobody's secret" }
                  W105: "the old twin is gone"
                ```

                An acknowledgement that matches no column, or nothing to acknowledge, is an error, so that none outlives its cause. Only
                those that depend on rows or on earlier runs may be of nothing for the time being.

                | id | severity | what | why, and by what it is told | what to do | acknowledge |
                |---|---|---|---|---|---|
                """);
        for (Concern each : Concern.values()) {
            page.append(
                    "| `%s` | %s | %s | %s | %s | %s |\n"
                            .formatted(
                                    each.id(),
                                    each.severity() == Severity.ERROR ? "error" : "warning",
                                    each.title(),
                                    each.explanation(),
                                    each.advice(),
                                    each.basis() == Basis.FORBIDDEN
                                            ? "no"
                                            : each.basis() == Basis.JOB
                                                    ? "yes, with a reason alone"
                                                    : "yes"));
        }
        page.append(
                """

                ## Profiles

                `profile: hipaa-safe-harbor`, or several in a list. A column of a kind that a profile knows gets a masker where no rule
                decides about it, and whatever decides is held to what the profile demands.

                """);
        for (Profile each : Profile.values()) {
            page.append("- `%s`: %s.\n".formatted(each.word(), each.summary()));
        }
        page.append("\n| kind | what | ");
        page.append(
                Stream.of(Profile.values())
                        .map(each -> "`" + each.word() + "`")
                        .collect(Collectors.joining(" | ")));
        page.append(" |\n|---|---|").append("---|".repeat(Profile.values().length)).append('\n');
        for (PersonalKind kind : PersonalKind.values()) {
            page.append("| `%s` | %s |".formatted(kind.word(), kind.summary()));
            for (Profile profile : Profile.values()) {
                page.append(
                        " %s |"
                                .formatted(
                                        profile.demand(kind)
                                                .map(each ->
                                                        "%s (`%s`)"
                                                                .formatted(
                                                                        each.requirement()
                                                                                .summary(),
                                                                        each.concern().id()))
                                                .orElse("")));
            }
            page.append('\n');
        }
        page.append(
                """

                A column's kind is what `kinds` says; else what its name looks like; else what its masker is made for (`email`, `iban`,
                `payment-card`).
                """);
        return page.toString();
    }
}
