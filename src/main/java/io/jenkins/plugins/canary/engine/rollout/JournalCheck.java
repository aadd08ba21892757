package io.jenkins.plugins.canary.engine.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Whether a journal is as it was written: every line has the next number and names the hash of the line before.
 * Nothing follows the last line: a change of it, or lines cut off at the end, show against the head that is kept beside
 * the journal, and where that is gone as well only against the hash that somebody noted elsewhere ({@link #expecting}).
 *
 * @param lines whole lines before the damage, or of all the journal
 * @param head hash of the last of them, which stands for all lines before it
 * @param torn a last line without its line break, which nothing acted on, is left out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JournalCheck(boolean whole, long lines, String head, Long line, String problem, boolean torn) {

    /**
     * Reads a journal to its end, or to the first line that is not as it was written.
     *
     * @param each gets the events before the damage
     * @throws JournalException when the file cannot be read at all
     */
    public static JournalCheck of(Path journal, Consumer<RolloutEvent> each) throws JournalException {
        long[] lines = {0};
        try {
            JournalScan read = FileJournal.scan(journal, event -> {
                each.accept(event);
                lines[0]++;
            });
            return new JournalCheck(true, read.seq(), read.hash(), null, null, read.isTorn());
        } catch (JournalException e) {
            if (e.line() == 0) {
                throw e;
            }
            return new JournalCheck(false, lines[0], null, e.line(), e.getMessage(), false);
        }
    }

    /** Held against the hash that was noted when the journal was whole; null for none. */
    public JournalCheck expecting(String noted) {
        if (!whole || noted == null || noted.equalsIgnoreCase(head)) {
            return this;
        }
        String why = "the last line, number " + lines + ", has the hash " + head + ", and " + noted
                + " was expected: it was changed, or lines were cut off or added at the end";
        return new JournalCheck(false, lines, head, lines == 0 ? null : lines, why, torn);
    }

    /** With the name by which people know the journal, instead of the file's. */
    public JournalCheck calling(Path journal, String name) {
        return problem == null
                ? this
                : new JournalCheck(whole, lines, head, line, problem.replace(journal.toString(), name), torn);
    }
}
