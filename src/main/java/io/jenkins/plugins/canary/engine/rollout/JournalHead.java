package io.jenkins.plugins.canary.engine.rollout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number and the hash of a journal's last line. How far a journal was on disk stands in a file beside it ({@code
 * shop.jsonl.head}): lines cut off at the end, or the whole file gone, do not show in the journal itself. It is written
 * after the lines that it speaks of, so it may be behind and is never ahead. Without it, or when it cannot be read, the
 * journal is believed.
 */
public record JournalHead(long seq, String hash) {

    private static final int STEP = 1 << 16;

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

    /**
     * Of the last complete line of the journal itself, read without the lines before it; whether those are whole only
     * {@link FileJournal#read} can tell.
     *
     * @throws JournalException when the file cannot be read or does not end in a journal line
     */
    public static JournalHead ofLastLine(Path journal) throws JournalException {
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.READ)) {
            byte[] line = lastLine(channel);
            return line == null
                    ? new JournalHead(0, JournalCodec.GENESIS)
                    : new JournalHead(JournalCodec.decode(line).seq(), JournalCodec.hash(line));
        } catch (IOException e) {
            throw new JournalException("the end of the journal " + journal + " cannot be read: " + e.getMessage(), e);
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

    /** Null when there is no complete line; what follows the last line break was never acted on. */
    private static byte[] lastLine(FileChannel channel) throws IOException {
        long size = channel.size();
        for (long want = STEP; ; want *= 4) {
            int length = (int) Math.min(Math.min(want, size), Integer.MAX_VALUE - 8);
            byte[] end = read(channel, size - length, length);
            int last = lastBreak(end, end.length);
            int before = last < 0 ? -1 : lastBreak(end, last);
            if (last >= 0 && (before >= 0 || length == size)) {
                return Arrays.copyOfRange(end, before + 1, last);
            }
            if (length == size || length == Integer.MAX_VALUE - 8) {
                return null;
            }
        }
    }

    private static int lastBreak(byte[] bytes, int end) {
        int i = end - 1;
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return i;
    }

    private static byte[] read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            // Until the buffer is full, or the file was cut meanwhile.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
