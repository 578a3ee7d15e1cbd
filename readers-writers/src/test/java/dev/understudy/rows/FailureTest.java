package dev.understudy.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void whatIsToldOfAnUnknownExceptionQuotesNoValue() {
        var unknown =
                new IllegalStateException(
                        "bad 4711", new NumberFormatException("For input string: \"ada@b\""));

        Failure safe = Failure.safe(unknown);

        var printed = new StringWriter();
        safe.printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString())
                .doesNotContain("4711", "ada@")
                .contains("java.lang.IllegalStateException", "FailureTest");
        assertThat(safe.kind()).isEqualTo(Failure.Kind.INTERNAL);
    }

    @Test
    void aFailureIsToldAsItIs() {
        var failure = new Failure(Failure.Kind.SOURCE, "reading public.customer: gone");

        assertThat(Failure.safe(failure)).isSameAs(failure);
    }
}
