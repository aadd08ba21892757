package io.jenkins.plugins.canary.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportTest {

    private static final String PROBE = "<script>\"'&]]> \u0007 \uD83D\uDE80";
    private static final String PLAN = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: Initial, weight: 5, hold: 5m }
              - { name: Half, weight: 50, hold: 5m, approval: { by: [ada], requireComment: true } }
              - { name: Full, weight: 100 }
            gate:
              - { metric: success-rate, min: 99% }
              - { metric: latency, quantile: 0.99, max: 500ms }
            abort:
              - { metric: error-rate, max: 5% }
              - { consecutiveFailures: 3 }
            cap: { weight: 50, until: ready }
            checklists: { ready: [ "<b>drill & co</b>" ] }
            """;

    @TempDir
    private Path dir;

    private Path journal;

    @BeforeEach
    void name() {
        journal = dir.resolve("api.jsonl");
    }

    private FakeRelease release() throws Exception {
        return FakeRelease.inFile(PlanReader.read(PLAN), journal);
    }

    private Report promoted() throws Exception {
        try (FakeRelease release = release()) {
            release.pass(12, 0);
            release.run().command(new Input.SetHold("bob", PROBE));
            release.run().command(new Input.LiftHold("bob"));
            release.run()
                    .command(new Input.Approve(release.run().state().phase(), "ada", Set.of(), "looks good " + PROBE));
            release.pass(1, 0);
            release.run().command(new Input.TickItem("ready", "<b>drill & co</b>", "ada"));
            release.pass(3, 0);
        }
        return JournalReport.read(journal);
    }

    private Report rolledBack() throws Exception {
        try (FakeRelease release = release()) {
            release.pass(7, 0);
            release.becomes("ERRORS").pass(1, 0);
        }
        return JournalReport.read(journal);
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Element test(Document junit, String suite, String name) {
        NodeList all = junit.getElementsByTagName("testcase");
        for (int i = 0; i < all.getLength(); i++) {
            Element e = (Element) all.item(i);
            if (e.getAttribute("classname").equals(suite)
                    && e.getAttribute("name").equals(name)) {
                return e;
            }
        }
        throw new AssertionError("no test " + name + " in " + suite);
    }

    @Test
    void aPromotionInEveryForm() throws Exception {
        Report report = promoted();
        assertEquals(
                List.of(Report.Verdict.PASS, Report.Verdict.PASS, Report.Verdict.PASS),
                report.phases().stream().map(Report.PhaseReport::verdict).toList());
        Report.CriterionReport latency = report.phases().get(0).criteria().get(1);
        assertEquals("latency p99 <= 500ms", latency.criterion());
        assertTrue(latency.pass() > 15 && latency.fail() == 0, latency.toString());
        assertTrue(0.26 < latency.least() && latency.least() < latency.greatest() && latency.greatest() < 0.31);
        assertEquals(
                List.of("holdSet", "holdLifted", "approved", "itemTicked"),
                report.decisions().stream().map(Report.Decision::kind).toList());
        Report.Decision approval = report.decisions().get(2);
        assertEquals("ada", approval.by());
        assertEquals("Half", approval.phase());
        assertEquals(2, approval.evidence().size());

        JsonNode json = new ObjectMapper().readTree(JournalReport.json(report));
        assertEquals(PLAN, json.at("/plan/text").asText());
        assertTrue(json.at("/journal/whole").asBoolean());
        assertEquals("PROMOTED", json.at("/rollout/status").asText());
        assertEquals("ada", json.at("/checklists/0/items/0/by").asText());

        Document junit = xml(JunitReport.of(report));
        assertEquals(0, junit.getElementsByTagName("failure").getLength());
        assertEquals(0, junit.getElementsByTagName("skipped").getLength());
        assertTrue(Double.parseDouble(test(junit, "canary.api.Initial", "gate").getAttribute("time")) >= 300);
    }

    @Test
    void whatThePipelineDecidesIsNobodysDecision() throws Exception {
        try (FakeRelease release = release()) {
            release.pass(2, 0);
            String owner = release.run().state().started().owner();
            release.run().command(new Input.RollBack(owner + ", started by ada", "the smoke test failed"));
            release.pass(1, 0);
        }
        Report report = JournalReport.read(journal);
        assertTrue(report.decisions().get(0).pipeline());
        String html = HtmlReport.of(report);
        assertTrue(html.contains("None: nobody approved"), html);
        assertTrue(html.contains("Decisions of the pipeline"), html);
        journal = dir.resolve("people.jsonl");
        assertFalse(HtmlReport.of(promoted()).contains("Decisions of the pipeline"));
    }

    @Test
    void theHtmlLoadsNothingRunsNothingAndEscapes() throws Exception {
        String html = HtmlReport.of(promoted());
        assertFalse(
                Pattern.compile(
                                "(src|href|srcset|action|data)\\s*=|url\\(|@import|<script|<link|<img|<iframe",
                                Pattern.CASE_INSENSITIVE)
                        .matcher(html)
                        .find(),
                html);
        assertTrue(html.contains("looks good &lt;script&gt;&quot;&#39;&amp;]]&gt; \u2423 \uD83D\uDE80"), html);
        assertTrue(html.contains("&lt;b&gt;drill &amp; co&lt;/b&gt; (ada, "), html);
        assertTrue(html.contains("Whole: "), html);
        assertTrue(html.contains("@media print"), html);
        assertEquals(4, html.split("<svg ", -1).length - 1, "weight and three metrics");
    }

    @Test
    void aRollBackFailsTheGateAndTheRuleThatFired() throws Exception {
        Report report = rolledBack();
        assertEquals(
                List.of(Report.Verdict.PASS, Report.Verdict.ABORT, Report.Verdict.NOT_ENTERED),
                report.phases().stream().map(Report.PhaseReport::verdict).toList());
        Document junit = xml(JunitReport.of(report));
        assertEquals(
                "abort: error-rate is 8.6%, above the maximum of 5%", failure(test(junit, "canary.api.Half", "gate")));
        assertTrue(
                failure(test(junit, "canary.api.Half", "success-rate >= 99%")).contains("success-rate is 91.4%"));
        assertTrue(failure(test(junit, "canary.api.abort", "not (error-rate <= 5%)"))
                .contains("the abort rule fired"));
        assertNull(failure(test(junit, "canary.api.abort", "3 failed ticks in a row")));
        assertTrue(failure(test(junit, "canary.api.rollout", "outcome")).contains("was rolled back"));
        assertEquals(
                1,
                test(junit, "canary.api.Full", "gate")
                        .getElementsByTagName("skipped")
                        .getLength());
        assertEquals(
                1,
                test(junit, "canary.api.checklists", "ready: <b>drill & co</b>")
                        .getElementsByTagName("skipped")
                        .getLength());
        assertTrue(HtmlReport.of(report).contains("error-rate is 8.6%, above the maximum of 5%"));
    }

    private static List<String> tests(Document junit) {
        NodeList all = junit.getElementsByTagName("testcase");
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .map(e -> e.getAttribute("classname") + " " + e.getAttribute("name"))
                .toList();
    }

    /** Jenkins records each gate where its step is: no case must be missing in the end, and none be there twice. */
    @Test
    void partsAreTheWholeInPieces() throws Exception {
        Report report = rolledBack();
        assertEquals(2, report.endedPhases());
        JunitReport.Part first = new JunitReport.Part(0, 1, false, false);
        JunitReport.Part second = new JunitReport.Part(1, 2, false, false);
        JunitReport.Part rest = new JunitReport.Part(2, 3, true, true);
        List<String> pieces = new ArrayList<>();
        for (JunitReport.Part part : List.of(first, second, rest)) {
            pieces.addAll(tests(xml(JunitReport.of(report, "api", part))));
        }
        assertEquals(tests(xml(JunitReport.of(report))), pieces);
        assertEquals(
                List.of(
                        "canary.api.Half success-rate >= 99%",
                        "canary.api.Half latency p99 <= 500ms", "canary.api.Half gate"),
                tests(xml(JunitReport.of(report, "api", second))));
        assertTrue(new JunitReport.Part(3, 3, false, false).isEmpty());
        assertFalse(rest.isEmpty());
        journal = dir.resolve("promoted.jsonl");
        assertEquals(3, promoted().endedPhases());
    }

    /** A watched version is promoted: only the watch is still to come to something. */
    @Test
    void theWatchIsATestOfItsOwn() throws Exception {
        String watched =
                PLAN.replaceAll("(?s)cap:.*", "").replace(", approval: { by: [ada], requireComment: true }", "")
                        + "watch: { for: 1h, onBreach: ask, criteria: [ { metric: error-rate, max: 5% } ] }\n";
        try (FakeRelease release = FakeRelease.inFile(PlanReader.read(watched), journal)) {
            release.pass(20, 0);
            Document junit = xml(JunitReport.of(JournalReport.read(journal), "eu"));
            assertNull(failure(test(junit, "canary.eu.rollout", "outcome")));
            assertEquals(
                    0,
                    test(junit, "canary.eu.rollout", "outcome")
                            .getElementsByTagName("skipped")
                            .getLength());
            assertEquals(
                    1,
                    test(junit, "canary.eu.watch", "watch")
                            .getElementsByTagName("skipped")
                            .getLength());
            assertNull(failure(test(junit, "canary.eu.watch", "error-rate <= 5%")));
            release.becomes("ERRORS").pass(30, 0);
            junit = xml(JunitReport.of(JournalReport.read(journal), "eu"));
            assertTrue(failure(test(junit, "canary.eu.watch", "watch")).startsWith("breached: "));
            assertTrue(
                    failure(test(junit, "canary.eu.watch", "error-rate <= 5%")).contains("above the maximum of 5%"));
        }
    }

    /** Where a controller keeps its builds is nothing for those who read a report. */
    @Test
    void theJournalIsCalledAsPeopleKnowIt() throws Exception {
        promoted();
        Files.writeString(
                journal,
                Files.readString(journal).replaceFirst("\"shiftApplied\",\"at\":1", "\"shiftApplied\",\"at\":2"));
        String problem = JournalReport.read(journal, "shop.jsonl").journal().problem();
        assertTrue(problem.startsWith("the journal shop.jsonl is damaged at line "), problem);
        Files.delete(journal);
        String gone = assertThrows(IOException.class, () -> JournalReport.read(journal, "shop.jsonl"))
                .getMessage();
        assertTrue(gone.contains("shop.jsonl") && !gone.contains(dir.toString()), gone);
    }

    private static String failure(Element test) {
        NodeList found = test.getElementsByTagName("failure");
        return found.getLength() == 0 ? null : ((Element) found.item(0)).getAttribute("message");
    }

    @Test
    void whateverIsChangedIsFoundAndNamed() throws Exception {
        promoted();
        JournalCheck whole = JournalCheck.of(journal, e -> {});
        assertTrue(whole.whole());
        List<String> lines = Files.readAllLines(journal);
        assertEquals(lines.size(), whole.lines());
        List<String> changed = new ArrayList<>(lines);
        changed.set(5, lines.get(5).replaceFirst("\"at\":\\d", "\"at\":9"));
        assertEquals(6, damage(changed).line());
        List<String> removed = new ArrayList<>(lines);
        removed.remove(7);
        assertEquals(8, damage(removed).line());
        List<String> swapped = new ArrayList<>(lines);
        Collections.swap(swapped, 3, 4);
        assertEquals(4, damage(swapped).line());
        List<String> added = new ArrayList<>(lines);
        added.add(9, lines.get(8));
        assertEquals(10, damage(added).line());
        List<String> garbled = new ArrayList<>(lines);
        garbled.set(2, "{}");
        assertEquals(3, damage(garbled).line());
        assertTrue(HtmlReport.of(JournalReport.read(journal)).contains("damaged at line 3"));
        assertEquals(
                1,
                xml(JunitReport.of(JournalReport.read(journal)))
                        .getElementsByTagName("failure")
                        .getLength());
    }

    /** Nothing follows the end: what is done there shows against the head beside the journal, or the hash that a report has. */
    @Test
    void theEndIsProvenByTheNotedHash() throws Exception {
        String noted = promoted().journal().head();
        List<String> lines = Files.readAllLines(journal);
        Files.write(journal, lines.subList(0, lines.size() - 1));
        assertEquals(lines.size(), JournalCheck.of(journal, e -> {}).line());
        Files.delete(journal.resolveSibling(journal.getFileName() + ".head"));
        assertTrue(JournalCheck.of(journal, e -> {}).whole());
        JournalCheck cut = JournalCheck.of(journal, e -> {}).expecting(noted);
        assertFalse(cut.whole());
        assertTrue(cut.problem().contains("lines were cut off"), cut.problem());
        Files.write(journal, lines);
        assertTrue(JournalCheck.of(journal, e -> {})
                .expecting(noted.toUpperCase(java.util.Locale.ROOT))
                .whole());
        Files.writeString(journal, "{\"seq\":", java.nio.file.StandardOpenOption.APPEND);
        JournalCheck torn = JournalCheck.of(journal, e -> {}).expecting(noted);
        assertTrue(torn.whole() && torn.torn(), torn.toString());
    }

    private JournalCheck damage(List<String> lines) throws IOException {
        Files.write(journal, lines);
        JournalCheck check = JournalCheck.of(journal, e -> {});
        assertFalse(check.whole());
        return check;
    }

    @Test
    void whatIsNoJournal() throws Exception {
        assertTrue(assertThrows(IOException.class, () -> JournalReport.read(journal))
                .getMessage()
                .contains("cannot be read"));
        Files.writeString(journal, "");
        assertTrue(assertThrows(IOException.class, () -> JournalReport.read(journal))
                .getMessage()
                .contains("is empty"));
        Files.writeString(journal, "hello\n");
        assertTrue(assertThrows(IOException.class, () -> JournalReport.read(journal))
                .getMessage()
                .contains("damaged at line 1"));
    }
}
