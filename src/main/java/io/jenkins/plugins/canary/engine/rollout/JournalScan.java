package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.rollout.JournalException.Trouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Reads a journal's lines and checks each against the one before. For one thread and one journal.
 *
 * <p>An event that does not fit those before it is damage like any other: whoever folds it may throw what it likes, and
 * the line is named. Only an {@link UncheckedIOException} is passed on: it is about something else than the journal.
 */
final class JournalScan {

    private final String name;
    private final JournalHead noted;
    private final Consumer<RolloutEvent> each;
    private long bytes;
    private long seq;
    private boolean torn;
    private String hash = JournalCodec.GENESIS;

    /** @param noted read before the journal, which may grow meanwhile; null for none */
    JournalScan(String name, JournalHead noted, Consumer<RolloutEvent> each) {
        this.name = name;
        this.noted = noted;
        this.each = each;
    }

    /**
     * Hands over every event; a torn last line is left out.
     *
     * @throws JournalException when a line is not as it was written; events before it have been handed over
     * @throws IOException when it cannot be read
     */
    JournalScan read(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
        byte[] chunk = new byte[1 << 16];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (chunk[i] == '\n') {
                    line.write(chunk, from, i - from);
                    from = i + 1;
                    mustFit(line);
                    next(line.toByteArray());
                    line.reset();
                }
            }
            line.write(chunk, from, length - from);
            mustFit(line);
        }
        torn = line.size() > 0;
        if (noted != null && noted.seq() > seq) {
            if (seq == 0) {
                String why = "the journal " + name + " is empty, and " + noted.seq() + " lines were written to it; ";
                throw new JournalException(why + JournalRecovery.REMEDY, Trouble.EMPTY, 0);
            }
            throw damaged(seq + 1, "it is missing, and so is every line to number " + noted.seq());
        }
        return this;
    }

    private void mustFit(ByteArrayOutputStream line) throws JournalException {
        if (line.size() > JournalCodec.LONGEST_LINE) {
            throw damaged(seq + 1, "it is too long for a journal line");
        }
    }

    private void next(byte[] line) throws JournalException {
        JournalCodec.Line read;
        try {
            read = JournalCodec.decode(line);
        } catch (IOException e) {
            throw damaged(seq + 1, "it is not a journal line");
        }
        if (read.seq() != seq + 1) {
            throw damaged(seq + 1, "it has number " + read.seq() + ": lines are missing or were moved");
        }
        if (!read.prev().equals(hash)) {
            String after = "its hash is not the one that line " + read.seq() + " was written after";
            throw damaged(Math.max(1, seq), after + ": one of the two was changed");
        }
        String own = JournalCodec.hash(line);
        if (noted != null && noted.seq() == read.seq() && !noted.hash().equals(own)) {
            throw damaged(read.seq(), "its hash is not the one that was noted when it was written: it was changed");
        }
        try {
            each.accept(read.event());
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw damaged(read.seq(), "its event does not fit the lines before it: " + why);
        }
        bytes += line.length + 1;
        seq = read.seq();
        hash = own;
    }

    private JournalException damaged(long line, String why) {
        String where = "the journal " + name + " is damaged at line " + line + ": " + why;
        String what = where + "; nothing was changed, " + JournalRecovery.REMEDY;
        return new JournalException(what, Trouble.DAMAGED, line);
    }

    /** Whether a last line without its line break is left out. */
    boolean isTorn() {
        return torn;
    }

    /** Length of the whole lines. */
    long bytes() {
        return bytes;
    }

    /** Number of whole lines. */
    long seq() {
        return seq;
    }

    /** The hash of the last line, which stands for the whole journal. */
    String hash() {
        return hash;
    }
}
