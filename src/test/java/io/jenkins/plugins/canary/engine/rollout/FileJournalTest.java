package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
            new RolloutEvent.Started(
                    1,
                    "r1",
                    "api",
                    "v2",
                    "name: api\n# \u00fc",
                    AdvanceMode.STEPWISE,
                    "job #1",
                    "ada",
                    Map.of("error-rate", "sum(x)")),
            new RolloutEvent.ShiftIntended(2, 0, Weight.ZERO, Weight.ofPercent(12.5)),
            new RolloutEvent.ShiftApplied(3, 0, Weight.ofPercent(12.5), new Requests(1, 2)),
            new RolloutEvent.Ticked(
                    4,
                    0,
                    List.of(
                            new Measured(
                                    new Metric("latency", 0.99), Track.CANARY, 60_000, 0.25, Reading.Status.OK, null),
                            Measured.of(Map.of(
                                            new MetricQuery(Criterion.REQUESTS, Track.STABLE, Duration.ofMinutes(1))
                                                    .past(Duration.ofMinutes(30)),
                                            Reading.of("past", Map.of("1", 900.0, "30", 870.0))))
                                    .get(0)),
                    List.of(new Check(
                            "c", io.jenkins.plugins.canary.engine.gate.CheckOutcome.PASS, 0.25, null, "fine")),
                    List.of(),
                    Weight.ofPercent(12.5),
                    null,
                    75_000L,
                    null),
            new RolloutEvent.Approved(5, 0, "ada", "<b>\"ok\"</b>", List.of()),
            new RolloutEvent.RollbackIntended(6, "why", "rule", null),
            new RolloutEvent.Ended(7, Outcome.ROLLED_BACK, "why", Weight.ZERO));

    @BeforeEach
    void writeAll() throws IOException {
        file = dir.resolve("deep/er/j.jsonl");
        try (FileJournal journal = FileJournal.open(file, e -> {})) {
            journal.append(events.subList(0, 3));
            journal.append(events.subList(3, 7));
        }
    }

    /** As the file is found when the process died while it wrote the last line, before the head could speak of it. */
    private void diedWriting(byte[] found) throws IOException {
        Files.write(file, found);
        Files.deleteIfExists(JournalHead.beside(file));
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
            diedWriting(java.util.Arrays.copyOf(whole, cut));
            assertEquals(events.subList(0, 6), reopened(), "cut at byte " + cut);
            assertEquals(sixLines, Files.size(file));
        }
    }

    @Test
    void goesOnAfterATornLineAsIfItHadNeverBeen() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        diedWriting(java.util.Arrays.copyOf(whole, whole.length - 5));
        try (FileJournal journal = FileJournal.open(file, e -> {})) {
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
        file = dir.resolve("of-a-later-version.jsonl");
        String line = new String(JournalCodec.encode(1, JournalCodec.GENESIS, events.get(1)), StandardCharsets.UTF_8);
        Files.writeString(file, line.replace("\"phase\":0", "\"phase\":0,\"later\":{\"a\":[1]}") + "\n");
        assertEquals(List.of(events.get(1)), reopened());
    }

    private void isLost(JournalException.Trouble trouble, String... said) {
        JournalException e = assertThrows(JournalException.class, this::reopened);
        assertEquals(trouble, e.trouble(), e.getMessage());
        assertTrue(e.isLost());
        for (String part : said) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @Test
    void linesCutOffAtTheEndAreMissed() throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int kept = 1; kept < 7; kept++) {
            Files.write(file, lines.subList(0, kept));
            isLost(
                    JournalException.Trouble.DAMAGED,
                    "damaged at line " + (kept + 1),
                    "every line to number 7",
                    "roll back without it");
        }
    }

    @Test
    void theLastLineIsHeldAgainstTheHead() throws IOException {
        Files.writeString(
                file, Files.readString(file).replace("\"outcome\":\"ROLLED_BACK\"", "\"outcome\":\"PROMOTED\""));
        isLost(JournalException.Trouble.DAMAGED, "damaged at line 7", "noted when it was written");
    }

    @Test
    void missingAndEmptyAreToldApartAndAreNoNewBeginning() throws IOException {
        Files.write(file, new byte[0]);
        isLost(JournalException.Trouble.EMPTY, "is empty", "7 lines");
        Files.delete(file);
        isLost(JournalException.Trouble.MISSING, "is missing");
        assertTrue(Files.notExists(file), "nothing was created");
    }

    @Test
    void whoKnowsOfARolloutIsToldWithoutAHead() throws IOException {
        Files.delete(JournalHead.beside(file));
        Files.delete(file);
        JournalException missing = assertThrows(JournalException.class, () -> FileJournal.reopen(file, e -> {}));
        assertEquals(JournalException.Trouble.MISSING, missing.trouble());
        Files.writeString(file, "{\"seq\":1,");
        JournalException empty = assertThrows(JournalException.class, () -> FileJournal.reopen(file, e -> {}));
        assertEquals(JournalException.Trouble.EMPTY, empty.trouble());
        assertEquals(9, Files.size(file), "nothing was cut off");
        FileJournal.open(file, e -> {}).close();
    }

    @Test
    void aHeadThatIsTornOrBehindIsNoDamage() throws IOException {
        Files.writeString(JournalHead.beside(file), "9999 00");
        assertEquals(events, reopened());
        List<String> lines = Files.readAllLines(file);
        Files.writeString(
                JournalHead.beside(file), "3 " + JournalCodec.hash(lines.get(2).getBytes(StandardCharsets.UTF_8)));
        assertEquals(events, reopened());
    }

    @Test
    void anEventThatDoesNotFitIsDamageOfItsLine() {
        JournalException e = assertThrows(
                JournalException.class,
                () -> FileJournal.read(file, event -> {
                    if (event instanceof RolloutEvent.Approved) {
                        throw new IndexOutOfBoundsException("phase 7 of 3");
                    }
                }));
        assertEquals(5, e.line());
        assertTrue(e.getMessage().contains("does not fit the lines before it: phase 7 of 3"), e.getMessage());
    }

    @Test
    void noLineIsWrittenThatCouldNotBeRead() throws IOException {
        try (FileJournal journal = FileJournal.open(file, e -> {})) {
            RolloutEvent tooLong = new RolloutEvent.Warned(8, "x".repeat(JournalCodec.LONGEST_LINE));
            JournalException e = assertThrows(JournalException.class, () -> journal.append(List.of(tooLong)));
            assertTrue(e.getMessage().contains("no line longer than 10 MiB"), e.getMessage());
            assertEquals(7, journal.seq());
        }
        assertEquals(events, reopened());
    }

    @Test
    void twoWritersAreKeptApart() throws IOException {
        try (FileJournal first = FileJournal.open(file, e -> {})) {
            JournalException e = assertThrows(JournalException.class, () -> FileJournal.open(file, x -> {}));
            assertTrue(e.getMessage().contains("in use"), e.getMessage());
            first.append(List.of());
        }
    }

    @Test
    void theHeadStandsForTheWholeJournal() throws IOException {
        String head = FileJournal.read(file, e -> {});
        assertEquals(64, head.length());
        try (FileJournal journal = FileJournal.open(file, e -> {})) {
            assertEquals(head, journal.head());
            assertEquals(7, journal.seq());
        }
    }

    @Test
    void aJournalThatCannotBeOpenedSaysWhere() throws IOException {
        Path notADirectory = Files.createFile(dir.resolve("file"));
        JournalException e =
                assertThrows(JournalException.class, () -> FileJournal.open(notADirectory.resolve("j.jsonl"), x -> {}));
        assertTrue(e.getMessage().contains("j.jsonl"), e.getMessage());
    }
}
