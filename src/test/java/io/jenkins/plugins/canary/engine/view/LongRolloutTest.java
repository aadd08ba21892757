package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout of 100,000 ticks is shown as cheaply as one of 1,000. */
class LongRolloutTest {

    private static final int TICKS = 100_000;

    @TempDir
    Path dir;

    @Test
    void isShownInConstantSizeFromItsSnapshot() throws Exception {
        Path journal = dir.resolve("journal.jsonl");
        long early;
        RolloutView view;
        try (FakeRelease release = FakeRelease.inFile(ReleasePlans.endless(), journal)) {
            // 15 seconds a tick.
            release.pass(250, 0);
            ViewStore.save(journal, release.view());
            early = Files.size(ViewStore.beside(journal));
            release.pass(TICKS / 4 - 250, 0);
            view = release.view();
            ViewStore.save(journal, view);
        }
        long late = Files.size(ViewStore.beside(journal));
        assertTrue(view.seq() > TICKS, "ticks folded: " + view.seq());
        assertTrue(late < 2 * early && late < 400_000, "snapshot of 1,000 ticks " + early + ", of 100,000 " + late);

        long began = System.nanoTime();
        RolloutView loaded = ViewStore.load(journal, started -> ReleasePlans.endless());
        RolloutApi api = new RolloutApi(loaded, null, () -> 0);
        int bytes = api.rollout("0", "-1", Person.reader("eve")).length;
        long firstMillis = (System.nanoTime() - began) / 1_000_000;
        assertEquals(view.seq(), loaded.seq());
        assertTrue(bytes < 120_000, "first answer: " + bytes + " bytes");

        int update = api.rollout(String.valueOf(loaded.seq()), generation(api), Person.reader("eve")).length;
        assertTrue(update < 12_000, "update: " + update + " bytes");
        System.out.printf(
                "100,000 ticks: journal %d MB, snapshot %d kB, first answer %d ms and %d kB, update %d kB%n",
                Files.size(journal) >> 20, late >> 10, firstMillis, bytes >> 10, update >> 10);
    }

    private static String generation(RolloutApi api) throws Exception {
        return new ObjectMapper()
                .readTree(api.rollout("", "", Person.reader("eve")))
                .at("/series/generation")
                .asText();
    }
}
