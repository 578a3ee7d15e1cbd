package dev.understudy.ops.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.jobs.run.RunReport;
import dev.understudy.ops.SampleRuns;
import dev.understudy.rows.Failure;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
    @Test
    void isWellFormedAndCarriesHostileNamesAsText() throws Exception {
        Document page = parse(HtmlReport.of(SampleRuns.done()));

        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getDocumentElement().getTextContent())
                .contains("<script src=\"http://evil\">alert('1')&");
    }

    @Test
    void needsNothingFromElsewhere() throws Exception {
        NodeList elements = parse(HtmlReport.of(SampleRuns.done())).getElementsByTagName("*");

        for (int i = 0; i < elements.getLength(); i++) {
            var element = (Element) elements.item(i);
            assertThat(element.getTagName()).isNotIn("script", "link", "img", "iframe", "object");
            for (String attribute : new String[] {"src", "href", "xlink:href", "onload"}) {
                assertThat(element.hasAttribute(attribute)).as(attribute).isFalse();
            }
            if (element.getTagName().equals("style")) {
                assertThat(element.getTextContent()).doesNotContain("url(", "@import");
            }
        }
    }

    @Test
    void drawsAChartOfPhasesOfRatesAndOfColumns() throws Exception {
        Document page = parse(HtmlReport.of(SampleRuns.done()));

        assertThat(page.getElementsByTagName("rect").getLength()).isGreaterThanOrEqualTo(3 + 2 + 4);
    }

    @Test
    void aFailedRunSaysWhyAndWhoseFaultItIs() throws Exception {
        String text =
                parse(HtmlReport.of(SampleRuns.failed(Failure.Kind.TARGET)))
                        .getDocumentElement()
                        .getTextContent();

        assertThat(text).contains("failed after 12.4 s", "twin or lake", "the twin went away");
        assertThat(text).doesNotContain("agrees");
    }

    @Test
    void aRestartedRunSaysWhichTablesMixSnapshotsAndHowTheirRowsWereCounted() throws Exception {
        RunReport report = SampleRuns.restarted();
        String text = parse(HtmlReport.of(report)).getDocumentElement().getTextContent();

        assertThat(text)
                .contains(
                        "come from 2 points in time",
                        "in one table: public.orders",
                        "agrees as sent");
        var table = RunJson.of(report).get("tables").get(0);
        assertThat(table.get("mixedSnapshots").asBoolean()).isTrue();
        assertThat(table.get("countedAsSent").asBoolean()).isTrue();
    }

    private static Document parse(String html) throws Exception {
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        return builder.parse(new InputSource(new StringReader(html)));
    }
}
