package dev.understudy.jobs.plan;

import dev.understudy.config.JobConfig;
import dev.understudy.config.PersonalKind;
import dev.understudy.config.Profile;
import dev.understudy.config.Profile.Demand;
import dev.understudy.config.Profile.Requirement;
import dev.understudy.masking.ColumnProfile;
import dev.understudy.masking.Guarantees;
import dev.understudy.masking.MaskerDefinition;
import dev.understudy.masking.Maskers;
import dev.understudy.masking.MaskingRule;
import dev.understudy.masking.ValueForm;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the profiles of a job make of columns: a rule where none decides, and the demands that are
/// not met.
final class ProfileRules {
    private static final int OLDEST = 89;
    private static final Set<ValueForm> DATES =
            Set.of(ValueForm.DATE, ValueForm.TIMESTAMP, ValueForm.TIMESTAMPTZ);

    private final List<Profile> profiles;
    private final Kinds kinds;
    private final LocalDate endOfYear;

    /// @param today of whose year the last day is the one on which ages count, where the config
    ///   names none
    ProfileRules(JobConfig config, LocalDate today) {
        profiles = config.profiles();
        kinds = new Kinds(config);
        endOfYear = LocalDate.of(today.getYear(), 12, 31);
    }

    /// A profile's choice for a column, and of what kind it took the column to be.
    record Choice(Profile profile, PersonalKind kind, MaskingRule rule) {}

    /// The rule for a column that no rule decides about: of the first profile that demands
    /// something of its kind, and one that all profiles accept.
    Optional<Choice> choose(ColumnPath path, ColumnProfile column) {
        Optional<PersonalKind> kind = kinds.of(path, Optional.empty());
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        for (Profile profile : profiles) {
            Optional<Demand> demand = profile.demand(kind.get());
            if (demand.isPresent()) {
                return candidates(kind.get(), demand.get().requirement()).stream()
                        .filter(rule -> fits(rule, column))
                        .filter(rule -> unmet(path, column, rule).isEmpty())
                        .findFirst()
                        .map(rule -> new Choice(profile, kind.get(), rule));
            }
        }
        return Optional.empty();
    }

    private List<MaskingRule> candidates(PersonalKind kind, Requirement requirement) {
        return switch (requirement) {
            case ZIP3 -> List.of(rule("zip3"), rule("null"));
            case YEAR -> List.of(rule("year"), rule("null"));
            // Whoever is 90 before the year ends is among the oldest all year long.
            case BIRTH_DATE ->
                    List.of(with("birth-date", "on", endOfYear.toString()), rule("null"));
            case AGE -> List.of(with("clamp", "max", OLDEST + 1));
            case CARD_ENDS -> List.of(rule("payment-card"), with("payment-card", "bin", "keep"));
            case HIDDEN -> hiding(kind);
        };
    }

    private static List<MaskingRule> hiding(PersonalKind kind) {
        MaskingRule scramble = rule("text-scramble");
        MaskingRule nothing = rule("null");
        return switch (kind) {
            case NAME -> List.of(rule("full-name"), scramble, nothing);
            case EMAIL -> List.of(rule("email"), scramble);
            case PHONE -> List.of(rule("phone"), rule("digits"));
            case STREET -> List.of(rule("street"), scramble);
            case CITY -> List.of(rule("city"), scramble);
            case NETWORK_ADDRESS ->
                    List.of(with("ip-address", "method", "flat"), scramble, nothing);
            case DEVICE -> List.of(rule("text-scramble"), nothing);
            case PHOTO, BIOMETRIC -> List.of(nothing, rule("redact"));
            case FREE_TEXT -> List.of(rule("redact"), nothing);
            case SECRET -> List.of(rule("hash"), scramble, nothing);
            case PLACE -> List.of(nothing);
            default -> List.of(rule("digits"), scramble, nothing);
        };
    }

    private static MaskingRule rule(String masker) {
        return MaskingRule.of(masker);
    }

    private static MaskingRule with(String masker, String parameter, Object value) {
        return new MaskingRule(
                masker, Map.of(parameter, value), Optional.empty(), Optional.empty());
    }

    private static boolean fits(MaskingRule rule, ColumnProfile column) {
        MaskerDefinition definition = Maskers.named(rule.masker()).orElseThrow();
        Guarantees guarantees = definition.guarantees(rule, column);
        return definition.forms().contains(column.form())
                && (!guarantees.mayYieldNull() || column.nullable())
                && (!column.unique() || guarantees.injective());
    }

    /// What the profiles demand of a column that its rule does not do.
    List<Broken> unmet(ColumnPath path, ColumnProfile column, MaskingRule rule) {
        PersonalKind kind = kinds.of(path, Optional.of(rule)).orElse(PersonalKind.NONE);
        return profiles.stream()
                .flatMap(profile ->
                        profile
                                .demand(kind)
                                .filter(demand -> !meets(demand.requirement(), rule, column))
                                .map(demand -> new Broken(profile, kind, demand))
                                .stream())
                .toList();
    }

    /// A demand that a rule does not meet.
    record Broken(Profile profile, PersonalKind kind, Demand demand) {}

    /// Whether a date is kept of which nothing says that it may be.
    boolean keepsUnknownDate(ColumnPath path, ColumnProfile column, MaskingRule rule) {
        return profiles.contains(Profile.HIPAA_SAFE_HARBOR)
                && rule.masker().equals("keep")
                && DATES.contains(column.form())
                && kinds.of(path, Optional.of(rule)).isEmpty();
    }

    private static boolean meets(Requirement requirement, MaskingRule rule, ColumnProfile column) {
        if (leavesNothing(rule)) {
            return true;
        }
        return switch (requirement) {
            case HIDDEN -> hides(rule, column);
            case ZIP3 -> rule.masker().equals("zip3") || hides(rule, column);
            case YEAR -> rule.masker().equals("year") || truncatesToYear(rule) || joinsOld(rule);
            case BIRTH_DATE -> joinsOld(rule);
            case AGE -> endsAges(rule);
            case CARD_ENDS -> showsEndsOnly(rule) || hides(rule, column);
        };
    }

    /// Whether the result does not depend on the value.
    private static boolean leavesNothing(MaskingRule rule) {
        return switch (rule.masker()) {
            case "null", "empty", "constant" -> true;
            case "redact" -> text(rule, "style", "fixed").equals("fixed");
            default -> false;
        };
    }

    private static boolean hides(MaskingRule rule, ColumnProfile column) {
        return Maskers.named(rule.masker())
                .map(each -> !each.guarantees(rule, column).reveals())
                .orElse(false);
    }

    private static boolean truncatesToYear(MaskingRule rule) {
        return rule.masker().equals("truncate") && text(rule, "to", "").equals("year");
    }

    private static boolean joinsOld(MaskingRule rule) {
        return rule.masker().equals("birth-date") && number(rule, "oldest", OLDEST) <= OLDEST;
    }

    private static boolean endsAges(MaskingRule rule) {
        return switch (rule.masker()) {
            case "clamp" -> number(rule, "max", Double.MAX_VALUE) <= OLDEST + 1;
            case "bucket" ->
                    rule.parameters().get("bounds") instanceof List<?> bounds
                            && bounds.getLast() instanceof Number last
                            && last.doubleValue() <= OLDEST + 1;
            default -> false;
        };
    }

    private static boolean showsEndsOnly(MaskingRule rule) {
        return rule.masker().equals("redact")
                && text(rule, "style", "").equals("ends")
                && number(rule, "keep-first", 0) <= 6
                && number(rule, "keep-last", 4) <= 4;
    }

    private static String text(MaskingRule rule, String parameter, String otherwise) {
        return rule.parameters().get(parameter) instanceof String text ? text : otherwise;
    }

    private static double number(MaskingRule rule, String parameter, double otherwise) {
        return rule.parameters().get(parameter) instanceof Number number
                ? number.doubleValue()
                : otherwise;
    }
}
