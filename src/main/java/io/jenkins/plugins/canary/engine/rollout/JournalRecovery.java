package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Rolls a rollout back whose journal is missing or damaged. Nobody knows its weight then, so it is taken to have traffic:
 * the new journal that takes the old one's place begins with the loss and the roll back, and whoever resumes it asks the
 * router for weight 0 until that was read back.
 */
public final class JournalRecovery {

    static final String REMEDY = "restore the file from a backup, or roll back without it";

    private JournalRecovery() {}

    /**
     * The beginning of a journal in place of a lost one: folded, a rollout that is being rolled back, or that has ended.
     *
     * @param started of the lost journal, or made of what else is known
     * @param kept name of the file that it is kept as; null when there is nothing to keep
     * @param fate a {@link RolloutEvent.RollbackIntended} or an {@link RolloutEvent.Ended}
     */
    public static List<RolloutEvent> ending(Started started, String loss, String kept, RolloutEvent fate) {
        return List.of(started, new RolloutEvent.JournalLost(started.at(), loss, kept), fate);
    }

    /** @param by who wants the roll back; null when it is the engine */
    public static RolloutEvent rollBack(Started started, String loss, String by) {
        return new RolloutEvent.RollbackIntended(started.at(), "the journal was lost: " + loss, null, by);
    }

    /**
     * Keeps the lost journal as {@code NAME.damaged} and puts a new one in its place, which {@link FileJournal#open} then
     * finds. Killed half-way, it leaves a journal that is missing.
     *
     * @param fate what becomes of the rollout instead, see {@link #ending}
     * @return where the old one is kept; null when there was none
     * @throws JournalException when another process has the journal, or the new one cannot be written
     */
    public static Path replace(Path journal, Started started, String loss, RolloutEvent fate) throws JournalException {
        try {
            FileJournal.mustBeFree(journal);
            Path kept = Files.exists(journal) ? free(journal) : null;
            Path made = journal.resolveSibling(journal.getFileName() + ".new");
            Files.deleteIfExists(made);
            Files.deleteIfExists(JournalHead.beside(made));
            try (FileJournal fresh = FileJournal.open(made, event -> {})) {
                fresh.append(ending(started, loss, kept == null ? null : String.valueOf(kept.getFileName()), fate));
            }
            if (kept != null) {
                Files.move(journal, kept);
                JournalHead.move(journal, kept);
            }
            // The head of the old one would make the new one look damaged.
            Files.deleteIfExists(JournalHead.beside(journal));
            Files.move(made, journal, StandardCopyOption.ATOMIC_MOVE);
            JournalHead.move(made, journal);
            return kept;
        } catch (IOException e) {
            throw e instanceof JournalException j
                    ? j
                    : new JournalException("the journal " + journal + " cannot be replaced: " + e, e);
        }
    }

    private static Path free(Path journal) {
        Path kept = journal.resolveSibling(journal.getFileName() + ".damaged");
        for (int i = 2; Files.exists(kept); i++) {
            kept = journal.resolveSibling(journal.getFileName() + ".damaged-" + i);
        }
        return kept;
    }

    /** The first line of a journal that may be damaged behind it; null when even that cannot be read. */
    public static Started began(Path journal) {
        Started[] first = {null};
        try {
            FileJournal.read(
                    journal, event -> first[0] = first[0] == null && event instanceof Started s ? s : first[0]);
        } catch (JournalException e) {
            // As far as it can be read.
        }
        return first[0];
    }
}
