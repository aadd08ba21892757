package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.NullSerializer;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps a rollout's view as a file beside its journal, so that a long rollout is shown without reading the journal's
 * every line. The file is a copy and no evidence: it names the journal's last line by its hash, and whenever that is
 * not the last line any more, or the file cannot be read, the journal itself is folded again.
 */
public final class ViewStore {

    private static final int FORMAT = 6;

    /**
     * Leaves out the evidence that comparisons have gathered: going on with a rollout needs it, and folds the journal; showing
     * one does not, since every check is shown as the journal has it.
     */
    private static final SimpleModule WITHOUT_EVIDENCE = new SimpleModule()
            .addSerializer(EvidenceFold.class, NullSerializer.instance)
            .addDeserializer(EvidenceFold.class, new NoEvidence());

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .visibility(PropertyAccessor.ALL, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(WITHOUT_EVIDENCE)
            .build();

    private static final class NoEvidence extends StdDeserializer<EvidenceFold> {
        private static final long serialVersionUID = 1L;

        NoEvidence() {
            super(EvidenceFold.class);
        }

        @Override
        public EvidenceFold deserialize(JsonParser json, DeserializationContext context) throws IOException {
            json.skipChildren();
            return EvidenceFold.NONE;
        }

        @Override
        public EvidenceFold getNullValue(DeserializationContext context) {
            return EvidenceFold.NONE;
        }
    }

    private record Snapshot(int format, long seq, String head, ViewSnapshot view) {}

    private ViewStore() {}

    /** Where the view of a journal is kept. */
    public static Path beside(Path journal) {
        return journal.resolveSibling(journal.getFileName() + ".view");
    }

    /**
     * Reads the view of a journal that nobody is writing to.
     *
     * @throws IOException when the journal cannot be read, is damaged or empty; the message is for people
     */
    public static RolloutView load(Path journal, ViewBuilder.Plans plans) throws IOException {
        RolloutView stored = stored(journal, plans);
        if (stored != null) {
            return stored;
        }
        ViewBuilder builder = new ViewBuilder(plans);
        FileJournal.read(journal, builder);
        RolloutView view = builder.view();
        if (view == null) {
            throw new IOException("the journal " + journal + " is empty: no rollout began in it");
        }
        return view;
    }

    /**
     * Keeps the view of a journal to which nothing is written meanwhile; a view of other events than the journal's is
     * not kept.
     *
     * @return whether it was kept
     * @throws IOException when the file cannot be written; what was there before is as it was
     */
    public static boolean save(Path journal, RolloutView view) throws IOException {
        JournalHead tail = JournalHead.ofLastLine(journal);
        byte[] bytes;
        synchronized (view) {
            if (tail.seq() != view.seq()) {
                return false;
            }
            bytes = MAPPER.writeValueAsBytes(new Snapshot(FORMAT, view.seq(), tail.hash(), view.kept()));
        }
        Path file = beside(journal);
        Path half = file.resolveSibling(file.getFileName() + ".new");
        Files.write(half, bytes);
        Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /** Null when there is none, it is of another journal, or cannot be read. */
    private static RolloutView stored(Path journal, ViewBuilder.Plans plans) throws IOException {
        Snapshot snapshot;
        try {
            snapshot = MAPPER.readValue(Files.readAllBytes(beside(journal)), Snapshot.class);
        } catch (IOException | IllegalArgumentException noneOrBroken) {
            // A copy that cannot be read costs time and nothing else.
            return null;
        }
        boolean whole = snapshot != null
                && snapshot.format == FORMAT
                && snapshot.view != null
                && snapshot.view.seq == snapshot.seq
                && snapshot.view.state != null
                && snapshot.view.state.started() != null;
        if (!whole || !JournalHead.ofLastLine(journal).equals(new JournalHead(snapshot.seq, snapshot.head))) {
            return null;
        }
        return new RolloutView(plans.of(snapshot.view.state.started()), snapshot.view);
    }
}
