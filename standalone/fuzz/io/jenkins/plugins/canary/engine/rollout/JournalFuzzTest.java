package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.JsonEdits;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.HtmlReport;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.engine.report.backtest.JournalSimulator;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** Journals: a line, a file, and files whose chain is whole and whose events somebody made up. */
class JournalFuzzTest {

    @FuzzTest
    @DictionaryFile(resourcePath = "journal.dict")
    void line(byte[] input) {
        Fuzz.bytes(
                input,
                bytes -> {
                    JournalCodec.Line line = JournalCodec.decode(bytes);
                    byte[] written = JournalCodec.encode(line.seq(), line.prev(), line.event());
                    assertEquals(line, JournalCodec.decode(written));
                    assertArrayEquals(
                            written,
                            JournalCodec.encode(
                                    line.seq(),
                                    line.prev(),
                                    JournalCodec.decode(written).event()));
                    return true;
                },
                IOException.class);
    }

    /** Reading, checking and the look at the end say the same; what is opened is cut to its whole lines and no shorter. */
    @FuzzTest
    @DictionaryFile(resourcePath = "journal.dict")
    void file(byte[] input) {
        Fuzz.bytes(
                input,
                bytes -> {
                    Path file = FuzzJournal.holding(bytes);
                    JournalCheck check = JournalCheck.of(file, event -> {});
                    if (!check.whole()) {
                        assertTrue(check.line() >= 1 && check.line() <= check.lines() + 1, check::toString);
                        return false;
                    }
                    JournalHead tail = JournalHead.ofLastLine(file);
                    assertEquals(check.lines(), tail.seq());
                    assertEquals(check.head(), tail.hash());
                    List<RolloutEvent> events = new ArrayList<>();
                    try (FileJournal journal = FileJournal.open(file, events::add)) {
                        assertEquals(check.lines(), journal.seq());
                    }
                    assertEquals(check.lines(), events.size());
                    byte[] left = Files.readAllBytes(file);
                    assertTrue(left.length == 0 || left[left.length - 1] == '\n', "half a line was left");
                    assertEquals(check.torn(), left.length < bytes.length);
                    return check.lines() > 0;
                },
                JournalException.class);
    }

    /** Everything that folds a journal: the state, the page, the report in its three forms, the history, the replay. */
    @FuzzTest
    @DictionaryFile(resourcePath = "journal.dict")
    void mended(byte[] input) {
        Fuzz.text(input, JournalFuzzTest::foldsWhole, IOException.class);
    }

    /** The same of good journals, edited: the first byte says which. */
    @FuzzTest
    void edited(byte[] input) {
        Fuzz.bytes(
                input,
                bytes -> {
                    ArrayNode events = (ArrayNode) JsonEdits.apply(
                            GOOD.get(bytes.length == 0 ? 0 : (bytes[0] & 0xff) % GOOD.size())
                                    .deepCopy(),
                            bytes);
                    StringJoiner lines = new StringJoiner("\n");
                    events.forEach(event -> lines.add(event.toString()));
                    return foldsWhole(lines.toString());
                },
                IOException.class);
    }

    private static final List<JsonNode> GOOD = Stream.of("rolled-back", "promoted-and-watched", "found-and-rolled-back")
            .map(JournalFuzzTest::stored)
            .toList();

    private static JsonNode stored(String name) {
        try (InputStream in = JournalFuzzTest.class.getResourceAsStream("JournalFuzzTestInputs/mended/" + name)) {
            ArrayNode events = JsonNodeFactory.instance.arrayNode();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                events.add(new ObjectMapper().readTree(line));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean foldsWhole(String events) throws Exception {
        Path file = FuzzJournal.holding(FuzzJournal.chained(events));
        PastRollout.read(file);
        ViewBuilder builder = new ViewBuilder(JournalFuzzTest::plan);
        FileJournal.read(file, builder);
        RolloutView view = builder.view();
        if (view == null) {
            return false;
        }
        RolloutState state = view.state();
        assertFalse(state.isEnded() && state.intent() != null, "ended, and something is still intended");
        new RolloutApi(view, null, () -> 1).rollout("", "", Person.allowedAll("ada"));
        JournalSimulator.of(file, view.plan());
        Report report = JournalReport.read(file);
        HtmlReport.of(report);
        JunitReport.of(report);
        JournalReport.json(report);
        return true;
    }

    private static CanaryPlan plan(RolloutEvent.Started started) throws IOException {
        try {
            return PlanReader.read(started.plan());
        } catch (PlanException e) {
            throw new IOException("the plan: " + e.getMessage(), e);
        }
    }
}
