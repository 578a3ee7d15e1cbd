package dev.understudy.postgres;

/// The numbers of the system catalogs, as other catalogs refer to them.
///
/// Source: PostgreSQL manual, "System Catalogs".
final class SystemCatalog {
    static final int CLASS = 1259;

    static final int TYPE = 1247;

    static final int ROUTINE = 1255;

    static final int CONSTRAINT = 2606;

    static final int DEFAULT = 2604;

    static final int REWRITE = 2618;

    static final int TRIGGER = 2620;

    static final int POLICY = 3256;

    static final int STATISTICS = 3381;

    static final int SCHEMA = 2615;

    static final int EXTENSION = 3079;

    static final int COLLATION = 3456;

    static final int OPERATOR = 2617;

    static final int CAST = 2605;

    static final int DICTIONARY = 3600;

    static final int SEARCH = 3602;

    /// Of a catalog with alias `n` for pg_namespace. Schema `understudy` is what a twin knows of
    /// its runs: a twin that is the source of another one has it, and the other one gets its own.
    static final String USER_SCHEMA =
            "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'understudy')";

    private SystemCatalog() {}
}
