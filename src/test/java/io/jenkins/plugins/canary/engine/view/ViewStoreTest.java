package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewStoreTest {

    private static final Person BOB = Person.allowedAll("bob");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    private RolloutView view;
    private String live;

    private static String shown(RolloutView view) throws IOException {
        return JSON.writeValueAsString(view.answer(0, -1, 0, BOB, false, null));
    }

    private Path rolledBack() throws Exception {
        Path journal = dir.resolve("journal.jsonl");
        try (FakeRelease release = FakeRelease.inFile(ReleasePlans.seed(), journal)) {
            release.pass(8, 0).becomes("ERRORS").pass(1, 0);
            live = shown(release.view());
            view = release.view();
        }
        return journal;
    }

    @Test
    void foldedAgainItIsTheSameAsLive() throws Exception {
        Path journal = rolledBack();
        assertEquals(live, shown(ViewStore.load(journal, started -> ReleasePlans.seed())));
    }

    @Test
    void aSnapshotIsTheSameAsTheFold() throws Exception {
        Path journal = rolledBack();
        assertTrue(ViewStore.save(journal, view));
        RolloutView loaded = ViewStore.load(journal, started -> ReleasePlans.seed());
        assertEquals(live, shown(loaded));
        assertEquals(view.state(), loaded.state());
    }

    /** Damage that only reading the whole journal would find is not found: so it was not read. */
    @Test
    void aSnapshotSparesReadingTheJournal() throws Exception {
        Path journal = rolledBack();
        assertTrue(ViewStore.save(journal, view));
        Files.writeString(journal, Files.readString(journal).replaceFirst("\"seq\":2,", "\"seq\":7,"));
        assertEquals(live, shown(ViewStore.load(journal, started -> ReleasePlans.seed())));
    }

    @Test
    void aSnapshotGoesOnLikeTheFold() throws Exception {
        Path journal = dir.resolve("journal.jsonl");
        try (FakeRelease release = FakeRelease.inFile(ReleasePlans.seed(), journal)) {
            release.pass(130, 0);
            assertTrue(ViewStore.save(journal, release.view()));
            RolloutView loaded = ViewStore.load(journal, started -> ReleasePlans.seed());
            int known = release.events().size();
            release.becomes("SLOW").pass(30, 0);
            release.events().subList(known, release.events().size()).forEach(loaded::apply);
            assertEquals(shown(release.view()), shown(loaded));
        }
    }

    @Test
    void aSnapshotThatIsBehindItsJournalIsNotBelieved() throws Exception {
        Path journal = rolledBack();
        ViewStore.save(journal, view);
        try (FileJournal more = FileJournal.open(journal, e -> {})) {
            more.append(List.of(new RolloutEvent.Warned(1, "one more line")));
        }
        RolloutView loaded = ViewStore.load(journal, started -> ReleasePlans.seed());
        assertEquals(view.seq() + 1, loaded.seq());
        assertFalse(ViewStore.save(journal, view), "a view of fewer events than the journal has");
    }

    @Test
    void aSnapshotThatCannotBeReadIsNotNeeded() throws Exception {
        Path journal = rolledBack();
        for (String broken : List.of("", "{", "[]", "null", "{\"format\":1}", "{\"format\":1,\"view\":{}}")) {
            Files.writeString(ViewStore.beside(journal), broken);
            assertEquals(live, shown(ViewStore.load(journal, started -> ReleasePlans.seed())), broken);
        }
    }

    @Test
    void aDamagedOrEmptyJournalIsSaidToBeSo() throws Exception {
        Path journal = rolledBack();
        String text = Files.readString(journal);
        Files.writeString(journal, text.replaceFirst("alice", "mallory"));
        IOException damaged =
                assertThrows(IOException.class, () -> ViewStore.load(journal, started -> ReleasePlans.seed()));
        assertTrue(damaged.getMessage().contains("is damaged at line 1"), damaged.getMessage());
        Files.writeString(journal, "");
        IOException cut =
                assertThrows(IOException.class, () -> ViewStore.load(journal, started -> ReleasePlans.seed()));
        assertTrue(cut.getMessage().contains("is empty, and 41 lines were written to it"), cut.getMessage());
        Files.delete(journal.resolveSibling(journal.getFileName() + ".head"));
        IOException empty =
                assertThrows(IOException.class, () -> ViewStore.load(journal, started -> ReleasePlans.seed()));
        assertTrue(empty.getMessage().endsWith("is empty: no rollout began in it"), empty.getMessage());
    }

    @Test
    void aPlanThatCannotBeReadAnyMoreIsSaidToBeSo() throws Exception {
        Path journal = rolledBack();
        IOException e = assertThrows(
                IOException.class,
                () -> ViewStore.load(journal, started -> {
                    throw new IOException("line 3: no such key");
                }));
        assertEquals("line 3: no such key", e.getMessage());
    }
}
