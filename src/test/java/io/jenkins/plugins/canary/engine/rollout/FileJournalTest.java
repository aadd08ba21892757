package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {

    @TempDir
    private Path dir;

    private Path file;

    private final List<RolloutEvent> events = List.of(
            new RolloutEvent.Started(1, "r1", "api", "v2", "name: api\n# \u00fc", Drive.STEPWISE, "job #1", "ada",
                    Map.of("error-rate", "sum(x)")),
            new RolloutEvent.ShiftIntended(2, 0, Weight.ZERO, Weight.ofPercent(12.5)),
            new RolloutEvent.ShiftApplied(3, 0, Weight.ofPercent(12.5), new Requests(1, 2)),
            new RolloutEvent.Ticked(4, 0,
                    List.of(new RolloutEvent.Measured(new Metric("latency", 0.99), Track.CANARY, 60_000, 0.25,
                            Reading.Status.OK, null)),
                    List.of(new Check("c", io.jenkins.plugins.canary.engine.gate.Outcome.PASS, 0.25, null, "fine")), List.of(),
                    Weight.ofPercent(12.5), null, 75_000L),
            new RolloutEvent.Approved(5, 0, "ada", "<b>\"ok\"</b>", List.of()),
            new RolloutEvent.RollbackIntended(6, "why", "rule", null),
            new RolloutEvent.Ended(7, Outcome.ROLLED_BACK, "why", Weight.ZERO));

    @BeforeEach
    void writeAll() throws IOException {
        file = dir.resolve("deep/er/j.jsonl");
        try (FileJournal journal = FileJournal.open(file, e -> { })) {
            journal.append(events.subList(0, 3));
            journal.append(events.subList(3, 7));
        }
    }

    private List<RolloutEvent> reopened() throws JournalException {
        List<RolloutEvent> read = new ArrayList<>();
        FileJournal.open(file, read::add).close();
        return read;
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        assertEquals(events, reopened());
    }

    @Test
    void aTornLastLineIsCutOffWhereverItWasTorn() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int sixLines = 0;
        for (int i = 0, lines = 0; lines < 6; i++) {
            if (whole[i] == '\n') {
                lines++;
                sixLines = i + 1;
            }
        }
        for (int cut = sixLines; cut < whole.length; cut += 7) {
            Files.write(file, java.util.Arrays.copyOf(whole, cut));
            assertEquals(events.subList(0, 6), reopened(), "cut at byte " + cut);
            assertEquals(sixLines, Files.size(file));
        }
    }

    @Test
    void goesOnAfterATornLineAsIfItHadNeverBeen() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5));
        try (FileJournal journal = FileJournal.open(file, e -> { })) {
            journal.append(List.of(events.get(6)));
        }
        assertEquals(events, reopened());
    }

    @Test
    void anyChangedLineIsFoundAndNamed() throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size() - 1; i++) {
            List<String> edited = new ArrayList<>(lines);
            edited.set(i, lines.get(i).replaceFirst("\"at\":\\d", "\"at\":9"));
            Files.write(file, edited);
            JournalException e = assertThrows(JournalException.class, this::reopened);
            assertTrue(e.getMessage().contains("line " + (i + 1) + ":"), e.getMessage());
        }
    }

    @Test
    void missingMovedAndForeignLinesAreFound() throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<String> dropped = new ArrayList<>(lines);
        dropped.remove(2);
        Files.write(file, dropped);
        assertThrows(JournalException.class, this::reopened);
        List<String> swapped = new ArrayList<>(lines);
        swapped.set(2, lines.get(3));
        swapped.set(3, lines.get(2));
        Files.write(file, swapped);
        assertThrows(JournalException.class, this::reopened);
        for (String foreign : List.of("{}", "[]", "null", "hello", "", "{\"seq\":1,\"prev\":\"x\",\"event\":null}")) {
            Files.write(file, List.of(foreign));
            JournalException e = assertThrows(JournalException.class, this::reopened, foreign);
            assertTrue(e.getMessage().contains("damaged at line 1"), e.getMessage());
        }
    }

    @Test
    void keysOfALaterVersionAreSkipped() throws IOException {
        String line = new String(JournalCodec.encode(1, JournalCodec.GENESIS, events.get(1)), StandardCharsets.UTF_8);
        Files.writeString(file, line.replace("\"phase\":0", "\"phase\":0,\"later\":{\"a\":[1]}") + "\n");
        assertEquals(List.of(events.get(1)), reopened());
    }

    @Test
    void twoWritersAreKeptApart() throws IOException {
        try (FileJournal first = FileJournal.open(file, e -> { })) {
            JournalException e = assertThrows(JournalException.class, () -> FileJournal.open(file, x -> { }));
            assertTrue(e.getMessage().contains("in use"), e.getMessage());
            first.append(List.of());
        }
    }

    @Test
    void theHeadStandsForTheWholeJournal() throws IOException {
        String head = FileJournal.read(file, e -> { });
        assertEquals(64, head.length());
        try (FileJournal journal = FileJournal.open(file, e -> { })) {
            assertEquals(head, journal.head());
            assertEquals(7, journal.seq());
        }
    }

    @Test
    void aJournalThatCannotBeOpenedSaysWhere() throws IOException {
        Path notADirectory = Files.createFile(dir.resolve("file"));
        JournalException e = assertThrows(
                JournalException.class, () -> FileJournal.open(notADirectory.resolve("j.jsonl"), x -> { }));
        assertTrue(e.getMessage().contains("j.jsonl"), e.getMessage());
    }
}
