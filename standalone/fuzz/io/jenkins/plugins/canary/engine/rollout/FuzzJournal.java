package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A journal file for what a fuzz test makes up; one for the whole process, in the folder for temporary files. */
public final class FuzzJournal {

    private static final Path FILE = create();

    private FuzzJournal() {}

    private static Path create() {
        try {
            Path folder = Files.createTempDirectory("canary-fuzz");
            folder.toFile().deleteOnExit();
            Path file = folder.resolve("journal.jsonl");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path holding(byte[] bytes) throws IOException {
        Files.deleteIfExists(JournalHead.beside(FILE));
        return Files.write(FILE, bytes);
    }

    /** One event a line, each put into a line of a journal whose chain is whole. */
    public static byte[] chained(String events) {
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        String prev = JournalCodec.GENESIS;
        long seq = 0;
        for (String event : events.split("\n")) {
            byte[] line = ("{\"seq\":" + ++seq + ",\"prev\":\"" + prev + "\",\"event\":" + event + "}")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            prev = JournalCodec.hash(line);
            journal.writeBytes(line);
            journal.write('\n');
        }
        return journal.toByteArray();
    }

    /**
     * The first line that a rollout of this plan writes, as it is read back.
     *
     * @param queries by key
     */
    public static RolloutEvent firstLine(CanaryPlan plan, Map<String, String> queries) throws IOException {
        RolloutEvent.Started started = new RolloutEvent.Started(
                1, "fuzz", plan.name(), "v2", plan.text(), AdvanceMode.AUTOMATIC, "canary fuzz", "fuzz", queries);
        Files.deleteIfExists(FILE);
        Files.deleteIfExists(JournalHead.beside(FILE));
        RolloutEvent[] read = {null};
        try (FileJournal journal = FileJournal.open(FILE, event -> {})) {
            journal.append(java.util.List.of(started));
        }
        FileJournal.read(FILE, event -> read[0] = event);
        if (!started.equals(read[0])) {
            throw new AssertionError("written as " + started + ", and read as " + read[0]);
        }
        return read[0];
    }
}
