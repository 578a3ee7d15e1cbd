package dev.understudy.config;

import dev.understudy.config.Problem.Severity;

/// What may be wrong with how columns are masked, though a run could do it. Each has an id that
/// never changes, under which a config can acknowledge it with a reason.
public enum Concern {
    FEW_VALUES(
            "W101",
            Severity.WARNING,
            Basis.ROWS,
            "few values, each with its own pseudonym",
            "Who knows how often the values occur knows which pseudonym is which: of two genders, of three states. Told by the type (boolean, enum) or by the database's statistics: at most 20 values, each of them in many rows.",
            "mask it by constant, null or redact, flatten it by categorical, or keep it if it is nobody's secret"),
    FREQUENT_VALUE(
            "W102",
            Severity.WARNING,
            Basis.ROWS,
            "one value in a fifth of the rows or more",
            "Its pseudonym is in as many rows, so it is recognised by its frequency. Told by the database's statistics.",
            "mask it by constant, null or redact, or tell apart by a rule of `case` what is frequent"),
    SMALL_DOMAIN(
            "W103",
            Severity.WARNING,
            Basis.CONFIG,
            "a unique pseudonym for values of which there can be only a few thousand",
            "Where every value has another pseudonym of its own among few, some known pairs tell much about the rest, and whoever has the secret tries all of them at once. Told by the type: smallint, or text of up to four characters.",
            "use null, constant or redact, or a key of the table instead"),
    KEPT(
            "W104",
            Severity.WARNING,
            Basis.CONFIG,
            "kept, though its name looks personal",
            "Told by the column's name alone. A `reason` in the rule acknowledges it as well, but for a rule of all columns of all tables, such as `*`, which decides about columns that nobody has seen yet.",
            "mask it, or say why not: { mask: keep, reason: \"...\" }"),
    EPOCH_REUSED(
            "W105",
            Severity.WARNING,
            Basis.JOB,
            "an epoch behind one that was used later",
            "It makes the pseudonyms of before the rotation again, so that the copies of both times can be joined. Told by the runs of the home, and in a run by the twin and the lake.",
            "raise it: understudy key rotate CONFIG"),
    IDENTIFIER_UNDER_GDPR(
            "P101",
            Severity.ERROR,
            Basis.CONFIG,
            "gdpr-pseudonymous: a direct identifier comes through",
            "Pseudonymised data must not name anybody without further information that is kept apart.",
            "mask it; or acknowledge it where it names no natural person"),
    IDENTIFIER_UNDER_HIPAA(
            "P201",
            Severity.ERROR,
            Basis.FORBIDDEN,
            "hipaa-safe-harbor: an identifier comes through",
            "One of the 18 identifiers of 45 CFR 164.514(b)(2)(i).",
            "mask it; if its name misleads: kinds: { COLUMN: none }"),
    PLACE_UNDER_HIPAA(
            "P202",
            Severity.ERROR,
            Basis.FORBIDDEN,
            "hipaa-safe-harbor: a place smaller than a state comes through",
            "Of ZIP codes the first three digits may stay if more than 20,000 people live there (all but 17 prefixes).",
            "use zip3 for ZIP codes, and a masker of the kind for others"),
    DATE_UNDER_HIPAA(
            "P203",
            Severity.ERROR,
            Basis.FORBIDDEN,
            "hipaa-safe-harbor: more of a date about a person comes through than the year",
            "Shifted dates do not meet it either: intervals and seasons stay.",
            "use year, or birth-date for dates of birth; if it is no date about a person: kinds: { COLUMN: none }"),
    AGE_UNDER_HIPAA(
            "P204",
            Severity.ERROR,
            Basis.FORBIDDEN,
            "hipaa-safe-harbor: ages over 89 are told apart",
            "They may be joined into one class of 90 and older.",
            "use { mask: clamp, max: 90 }"),
    UNKNOWN_DATE_UNDER_HIPAA(
            "P205",
            Severity.ERROR,
            Basis.CONFIG,
            "hipaa-safe-harbor: a date is kept, and nothing says that it is not about a person",
            "The profile cannot tell when a row was written from when a patient was admitted.",
            "use year, or acknowledge it: written when the row was, not about a person"),
    TEXT_UNDER_HIPAA(
            "P206",
            Severity.ERROR,
            Basis.CONFIG,
            "hipaa-safe-harbor: free text comes through, at least in part",
            "It may hold any of the 18 identifiers. `free-text` takes out what it recognises; what it does not stays.",
            "use redact, or acknowledge who has read it"),
    CARD_UNDER_PCI(
            "P301",
            Severity.ERROR,
            Basis.FORBIDDEN,
            "pci-dss: more of a card number comes through than its first six and last four digits",
            "Requirements 3.4 and 3.5.",
            "use payment-card, or { mask: redact, style: ends, keep-first: 6, keep-last: 4 }"),
    CARD_CODE_UNDER_PCI(
            "P302",
            Severity.ERROR,
            Basis.FORBIDDEN,
            "pci-dss: a security code, PIN or track comes through",
            "Requirement 3.3: never stored after authorisation.",
            "use null, constant or digits");

    /// What it is told by, and what follows for an acknowledgement.
    public enum Basis {
        /// The config and the source's structure: an acknowledgement of nothing is an error.
        CONFIG,
        /// The source's rows, which change: an acknowledgement may be of nothing for the time
        /// being.
        ROWS,
        /// What ran before; concerns no column.
        JOB,
        /// As CONFIG, but it cannot be acknowledged.
        FORBIDDEN
    }

    private final String id;
    private final Severity severity;
    private final Basis basis;
    private final String title;
    private final String explanation;
    private final String advice;

    Concern(
            String id,
            Severity severity,
            Basis basis,
            String title,
            String explanation,
            String advice) {
        this.id = id;
        this.severity = severity;
        this.basis = basis;
        this.title = title;
        this.explanation = explanation;
        this.advice = advice;
    }

    public String id() {
        return id;
    }

    public Severity severity() {
        return severity;
    }

    public Basis basis() {
        return basis;
    }

    public String title() {
        return title;
    }

    String explanation() {
        return explanation;
    }

    public String advice() {
        return advice;
    }
}
