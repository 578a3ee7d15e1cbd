package dev.understudy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.rows.Failure;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
    @ParameterizedTest
    @CsvSource({
        "SOURCE, 40001, hot_standby_feedback",
        "SOURCE, 28P01, check user and password",
        "SOURCE, 3D000, check the database in the url",
        "SOURCE, 08006, try again when the server can be reached",
        "TARGET, 53100, make room on the server's disk",
        "TARGET, 53300, lower tuning.workers and connections",
        "TARGET, 25006, a standby cannot hold a twin",
        "TARGET, 23514, change the rule of a column",
        "TARGET, P0001, change the rule of a column that it reads",
    })
    void saysWhatToDoWhereTheStateTells(Failure.Kind side, String state, String advice) {
        Failure failure = SqlFailure.of(side, "writing public.t", new SQLException("no", state));

        assertThat(failure.kind()).isEqualTo(side);
        assertThat(failure).hasMessageStartingWith("writing public.t: no; ");
        assertThat(failure).hasMessageContaining(advice);
    }

    @ParameterizedTest
    @CsvSource({"TARGET, 40001", "SOURCE, 23505", "TARGET, 42P01", "TARGET,"})
    void inventsNoAdvice(Failure.Kind side, String state) {
        assertThat(SqlFailure.of(side, "writing public.t", new SQLException("no", state)))
                .hasMessage("writing public.t: no");
    }
}
