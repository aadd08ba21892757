package io.jenkins.plugins.canary.engine.rollout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a journal was on disk, in a file beside it ({@code shop.jsonl.head}): lines cut off at the end, or the whole
 * file gone, do not show in the journal itself. It is written after the lines that it speaks of, so it may be behind and
 * is never ahead. Without it, or when it cannot be read, the journal is believed.
 *
 * @param seq number of a line that is on disk
 * @param hash of that line
 */
record JournalHead(long seq, String hash) {

    private static final Pattern FORMAT = Pattern.compile("(\\d{1,18}) ([0-9a-f]{64})\\s*");

    static Path beside(Path journal) {
        return journal.resolveSibling(journal.getFileName() + ".head");
    }

    /** Null when there is none that can be read. */
    static JournalHead of(Path journal) {
        try {
            Matcher m = FORMAT.matcher(Files.readString(beside(journal), StandardCharsets.US_ASCII));
            return m.matches() ? new JournalHead(Long.parseLong(m.group(1)), m.group(2)) : null;
        } catch (IOException none) {
            return null;
        }
    }

    /** A head that cannot be written leaves the one before, which is true as well. */
    void note(Path journal) {
        try {
            // As long as the last one or longer, and in its place: at no time is there no head.
            Files.writeString(
                    beside(journal),
                    seq + " " + hash + "\n",
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            // The journal itself is on disk, which is what counts.
        }
    }

    static void move(Path journal, Path to) throws IOException {
        if (Files.exists(beside(journal))) {
            Files.move(beside(journal), beside(to), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
