package dev.understudy.jobs.control;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/// Tells connections that came to their end with the process at the other end. The pool knows the
/// standard's codes for that, and not H2's.
final class LostConnection implements SQLExceptionOverride {
    /// Object closed, connection broken, database closed, database called at shutdown. Source:
    /// org.h2.api.ErrorCode.
    private static final Set<Integer> CODES = Set.of(90007, 90067, 90098, 90121);

    static boolean is(SQLException e) {
        return CODES.contains(e.getErrorCode())
                || (e.getSQLState() != null && e.getSQLState().startsWith("08"));
    }

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException e) {
        return is(e)
                ? SQLExceptionOverride.Override.MUST_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
