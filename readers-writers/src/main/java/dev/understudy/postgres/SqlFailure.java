package dev.understudy.postgres;

import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Turns database errors into failures that hold no row's value: PostgreSQL puts values into the
/// text of data exceptions and into every detail line, and the job repository stores what an
/// exception says.
public final class SqlFailure {
    /// Classes of SQLSTATE whose primary message names objects and never values. Source: PostgreSQL
    /// manual, appendix A, and the messages of the server's sources.
    private static final Set<String> SAFE =
            Set.of(
                    "08", "0A", "23", "25", "28", "2B", "3D", "3F", "40", "42", "53", "54", "55",
                    "57", "58");

    private SqlFailure() {}

    /// A failure of this kind, with what was being done and what the server answered, as far as
    /// that is safe to say. The original exception is not kept as the cause, because its text is
    /// not safe.
    public static Failure of(Failure.Kind kind, String doing, SQLException e) {
        String advice = advice(kind, String.valueOf(e.getSQLState()));
        var failure =
                new Failure(
                        kind, doing + ": " + describe(e) + (advice.isEmpty() ? "" : "; " + advice));
        failure.setStackTrace(e.getStackTrace());
        return failure;
    }

    /// What to do about it, where the state alone tells. Source: PostgreSQL manual, appendix A.
    private static String advice(Failure.Kind side, String state) {
        return switch (state) {
            case "08003", "08006", "57P01", "57P02", "57P03" ->
                    "the connection ended: try again when the server can be reached";
            case "25006" -> "the server only lets itself be read: a standby cannot hold a twin";
            case "28000", "28P01" -> "check user and password, and the server's pg_hba.conf";
            case "3D000" -> "check the database in the url";
            case "53100" -> "make room on the server's disk, then try again";
            case "53300" ->
                    "the server has no session left: lower tuning.workers and connections, or raise its max_connections";
            case "57014" -> "somebody cancelled it on the server";
            case "40001" ->
                    side == Failure.Kind.SOURCE
                            ? "a standby cancels what is in the way of changes: raise its max_standby_streaming_delay or set hot_standby_feedback"
                            : "";
            default -> side == Failure.Kind.TARGET ? adviceOnRows(state) : "";
        };
    }

    private static String adviceOnRows(String state) {
        return switch (state.substring(0, Math.min(2, state.length()))) {
            case "22", "P0" ->
                    "if a computed column, or a function that a check or an index calls, does not take a masked value: change the rule of a column that it reads";
            case "23" ->
                    "if it holds in the source, masked values break it: change the rule of a column that it concerns";
            default -> "";
        };
    }

    /// What the server answered, without values.
    public static String describe(SQLException e) {
        ServerErrorMessage server =
                e instanceof PSQLException sql ? sql.getServerErrorMessage() : null;
        if (server == null) {
            // The driver's own words: connections, protocol, time-outs.
            String message = String.valueOf(e.getMessage()).strip().replaceFirst("\\.$", "");
            return e.getSQLState() != null && e.getSQLState().startsWith("22")
                    ? "SQLSTATE " + e.getSQLState()
                    : Reason.unreachable(e).orElse(message);
        }
        var text = new StringBuilder();
        String state = String.valueOf(server.getSQLState());
        if (SAFE.contains(state.substring(0, Math.min(2, state.length())))) {
            text.append(server.getMessage());
        } else {
            text.append("the database refused a value or failed inside");
        }
        text.append(" (SQLSTATE ").append(state);
        append(text, ", table ", server.getTable());
        append(text, ", column ", server.getColumn());
        append(text, ", type ", server.getDatatype());
        append(text, ", constraint ", server.getConstraint());
        return text.append(')').toString();
    }

    private static void append(
            StringBuilder text, String label, @org.jspecify.annotations.Nullable String name) {
        if (name != null) {
            text.append(label).append(name);
        }
    }
}
