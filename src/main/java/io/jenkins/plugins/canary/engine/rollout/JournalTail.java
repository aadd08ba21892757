package io.jenkins.plugins.canary.engine.rollout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The last complete line of a journal, read without the lines before it. It says how long the journal is and, by its
 * hash, which journal it is; whether the lines before it are whole only {@link FileJournal#read} can tell.
 *
 * @param seq number of lines; 0 for an empty journal
 * @param head hash of the last line, as {@link FileJournal#head()} has it
 */
public record JournalTail(long seq, String head) {

    private static final int STEP = 1 << 16;

    /**
     * @throws JournalException when the file cannot be read or does not end in a journal line
     */
    public static JournalTail of(Path journal) throws JournalException {
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.READ)) {
            byte[] line = lastLine(channel);
            return line == null
                    ? new JournalTail(0, JournalCodec.GENESIS)
                    : new JournalTail(JournalCodec.decode(line).seq(), JournalCodec.hash(line));
        } catch (IOException e) {
            throw new JournalException("the end of the journal " + journal + " cannot be read: " + e.getMessage(), e);
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
