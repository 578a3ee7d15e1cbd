package dev.understudy.mysql;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import dev.understudy.rows.Failure;
import dev.understudy.rows.Reason;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Turns errors of MySQL and MariaDB into failures that hold no row's value: the servers quote
/// values (`Duplicate entry 'a@b.c' for key 'email'`) and statements, and the job repository stores
/// what an exception says.
public final class MySqlFailure {
    /// Errors whose message names objects, users and settings, and never values. Source: the
    /// servers' lists of error messages.
    private static final Set<Integer> SAFE =
            Set.of(
                    1005, 1022, 1030, 1040, 1042, 1043, 1044, 1045, 1046, 1048, 1049, 1050, 1051,
                    1053, 1054, 1060, 1061, 1068, 1069, 1070, 1071, 1072, 1073, 1091, 1101, 1109,
                    1114, 1115, 1118, 1129, 1130, 1142, 1143, 1146, 1148, 1153, 1193, 1203, 1205,
                    1206, 1213, 1215, 1221, 1223, 1226, 1227, 1235, 1264, 1265, 1273, 1290, 1305,
                    1317, 1364, 1370, 1406, 1412, 1418, 1419, 1449, 1451, 1452, 1461, 1527, 1582,
                    1583, 1630, 1698, 1785, 1791, 1792, 1813, 1819, 1826, 1836, 1903, 1904, 1905,
                    1911, 1927, 1969, 3024, 3751, 3752, 3770, 3819, 3903, 3904, 3907, 3948, 3950,
                    4025, 4031, 4161, 4166);

    /// Of the driver, for whoever uses a statement that was closed together with its lost session.
    private static final String CLOSED = "S1009";

    /// The end of messages that begin with a value. What the value holds cannot be mistaken for it,
    /// because nothing follows.
    private static final Pattern KEY = Pattern.compile("for key '([^']+)'$");

    private static final Pattern COLUMN =
            Pattern.compile("for column ((?:`[^`]+`\\.)*`[^`]+`|'[^']+') at row \\d+$");

    private MySqlFailure() {}

    /// A failure of this kind, with what was being done and what the server answered, as far as
    /// that is safe to say. The original exception is not kept as the cause, because its text is
    /// not safe.
    public static Failure of(Failure.Kind kind, String doing, SQLException e) {
        return of(kind, doing, e, "");
    }

    /// @param more what else is known of it; empty if nothing is
    static Failure of(Failure.Kind kind, String doing, SQLException e, String more) {
        String text =
                Reason.unreachable(e)
                        .orElseGet(() ->
                                Stream.of(describe(e), more, advice(kind, e))
                                        .filter(each -> !each.isEmpty())
                                        .collect(Collectors.joining("; ")));
        var failure = new Failure(kind, doing + ": " + text);
        failure.setStackTrace(e.getStackTrace());
        return failure;
    }

    /// What to do about it, where the error's number alone tells.
    private static String advice(Failure.Kind side, SQLException e) {
        if (isLost(e)) {
            return "the connection ended or was never made: try again when the server can be reached";
        }
        if (e instanceof PacketTooBigException) {
            return "raise the server's max_allowed_packet above the largest row, then try again";
        }
        return switch (e.getErrorCode()) {
            case 1040, 1203, 1226 ->
                    "the server has no session left: lower tuning.workers and connections, or raise its max_connections or the user's max_user_connections";
            case 1044, 1142, 1143, 1227, 1370 -> "grant the user what it lacks";
            case 1045, 1698 -> "check user and password, and from which hosts the user may come";
            case 1049 -> "check the database in the url";
            case 1053, 1927, 4031 ->
                    "the server ended the session: try again when it can be reached";
            case 1062, 1451, 1452, 3751, 3752, 3819, 3903, 3904, 3907, 4025 ->
                    side == Failure.Kind.TARGET
                            ? "if it holds in the source, masked values break it: change the rule of a column that it concerns"
                            : "";
            case 1064, 1582, 1901, 1903, 1904, 1905, 1911, 3770, 4161 ->
                    side == Failure.Kind.TARGET
                            ? "if the source's server is of another product or version, the twin's does not know all of its words: choose one like it; tables can be left out under tables: exclude"
                            : "";
            case 1114 -> "make room on the server's disk, then try again";
            case 1130 -> "let the user come from this host";
            case 1148, 3948, 4166 ->
                    "the server takes no rows from its clients: set its local_infile to ON";
            case 1153 ->
                    "raise the server's max_allowed_packet above the largest row, then try again";
            case 1205 ->
                    side == Failure.Kind.SOURCE
                            ? "somebody locks or alters a table for longer than lock_wait_timeout: try again when nobody does, or raise it"
                            : "somebody else holds locks for longer than innodb_lock_wait_timeout: try again when nobody else writes";
            case 1213 -> "try again when nobody else writes";
            case 1290, 1836 -> "the server only lets itself be read: a replica cannot hold a twin";
            case 1317 -> "somebody cancelled it on the server";
            case 1366 ->
                    side == Failure.Kind.TARGET
                            ? "if the column's character set lacks what its rule makes, take a rule that makes plain letters and digits, such as hash"
                            : "";
            case 1412 ->
                    "the table's structure was changed while it was read: run again when no change is under way";
            case 1418, 1419 ->
                    "the server writes a binary log and trusts no triggers and functions; ask for: SET GLOBAL log_bin_trust_function_creators = 1";
            case 1969, 3024 -> "the server's limit for statements ended it: lift it for this user";
            default -> "";
        };
    }

    /// While rows are streamed, the driver tells of a lost connection in its causes alone.
    static boolean isLost(SQLException e) {
        return e.getErrorCode() == 0
                && (String.valueOf(e.getSQLState()).startsWith("08")
                        || (CLOSED.equals(e.getSQLState())
                                && String.valueOf(e.getMessage()).contains("closed"))
                        || Stream.<Throwable>iterate(e, each -> each != null, Throwable::getCause)
                                .anyMatch(each -> each instanceof IOException));
    }

    /// What the server answered, without values.
    public static String describe(SQLException e) {
        String message = String.valueOf(e.getMessage()).strip().replaceFirst("\\.$", "");
        int code = e.getErrorCode();
        if (e instanceof PacketTooBigException) {
            return "a row is larger than max_allowed_packet";
        }
        if (code == 0) {
            // The driver's own words. Of connections they are of use; others may quote values.
            String state = e.getSQLState();
            if (state == null || state.startsWith("08")) {
                return message.lines().findFirst().orElse("");
            }
            return isLost(e)
                    ? "Communications link failure"
                    : "the driver failed (SQLSTATE " + state + ")";
        }
        String where = " (error " + code + ", SQLSTATE " + e.getSQLState() + ")";
        if (SAFE.contains(code)) {
            return message + where;
        }
        if (code == 1062) {
            Matcher key = KEY.matcher(message);
            return "duplicate entry" + (key.find() ? " for key " + key.group(1) : "") + where;
        }
        if (code == 1064) {
            return "an error in the SQL syntax" + where;
        }
        Matcher column = COLUMN.matcher(message);
        return "the database refused a value or failed inside"
                + (column.find() ? ", column " + column.group(1) : "")
                + where;
    }
}
