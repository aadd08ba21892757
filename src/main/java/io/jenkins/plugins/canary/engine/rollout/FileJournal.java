package io.jenkins.plugins.canary.engine.rollout;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * A journal as a file of JSON lines, each with the hash of the one before, so that a line changed, dropped or put in
 * later shows. A last line without its line break was being written when the process died; nothing acted on it, and
 * it is cut off. A lock on the file keeps a second process out.
 */
public final class FileJournal implements Journal {

    private static final int LONGEST_LINE = 4 << 20;

    private final Path file;
    private final RandomAccessFile out;
    private long seq;
    private String head;

    private FileJournal(Path file, RandomAccessFile out, long seq, String head) {
        this.file = file;
        this.out = out;
        this.seq = seq;
        this.head = head;
    }

    /**
     * Opens a journal for appending, after handing every event in it to {@code replay}; creates it when it is not there.
     *
     * @throws JournalException when it was edited, cannot be read, or another process has it
     */
    public static FileJournal open(Path file, Consumer<RolloutEvent> replay) throws JournalException {
        RandomAccessFile out = null;
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null) {
                throw new JournalException("the journal " + file + " is no file: name one");
            }
            Files.createDirectories(folder);
            boolean created = Files.notExists(file);
            // Not a channel: an interrupted thread that writes to one closes it for everybody.
            out = new RandomAccessFile(file.toFile(), "rw");
            lock(file, out.getChannel());
            if (created) {
                syncFolder(folder);
            }
            End end = scan(file, replay);
            out.setLength(end.bytes);
            out.seek(end.bytes);
            return new FileJournal(file, out, end.seq, end.hash);
        } catch (IOException e) {
            close(out);
            throw e instanceof JournalException j ? j
                    : new JournalException("the journal " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void lock(Path file, FileChannel channel) throws IOException {
        boolean mine;
        try {
            mine = channel.tryLock() != null;
        } catch (OverlappingFileLockException thisProcessHasIt) {
            mine = false;
        }
        if (!mine) {
            throw new JournalException("the journal " + file + " is in use: another rollout writes it; "
                    + "wait for it to end or name another journal");
        }
    }

    /** A file whose name is not on disk is lost with the power, however well its content was synced. */
    private static void syncFolder(Path folder) {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        } catch (IOException notHere) {
            // Some systems do not open folders; there the name is on disk when the call that made it returns.
        }
    }

    private static void close(RandomAccessFile out) {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            // The reason for closing is the one to report.
        }
    }

    /**
     * Reads a journal without changing it; a torn last line is left out.
     *
     * @return the hash of the last line, which stands for the whole journal
     * @throws JournalException when it was edited or cannot be read
     */
    public static String read(Path file, Consumer<RolloutEvent> each) throws JournalException {
        try {
            return scan(file, each).hash;
        } catch (JournalException e) {
            throw e;
        } catch (IOException e) {
            throw new JournalException("the journal " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private record End(long bytes, long seq, String hash) {}

    private static End scan(Path file, Consumer<RolloutEvent> each) throws IOException {
        End end = new End(0, 0, JournalCodec.GENESIS);
        ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    if (line.size() > LONGEST_LINE) {
                        throw broken(file, end.seq + 1, "it is too long for a journal line");
                    }
                    continue;
                }
                end = next(file, end, line.toByteArray(), each);
                line.reset();
            }
        }
        return end;
    }

    private static End next(Path file, End end, byte[] bytes, Consumer<RolloutEvent> each) throws JournalException {
        JournalCodec.Line line;
        try {
            line = JournalCodec.decode(bytes);
        } catch (IOException e) {
            throw broken(file, end.seq + 1, "it is not a journal line");
        }
        if (line.seq() != end.seq + 1) {
            throw broken(file, end.seq + 1, "it has number " + line.seq() + ": lines are missing or were moved");
        }
        if (!line.prev().equals(end.hash)) {
            throw broken(file, Math.max(1, end.seq), "its hash is not the one that line " + line.seq()
                    + " was written after: one of the two was changed");
        }
        each.accept(line.event());
        return new End(end.bytes + bytes.length + 1, line.seq(), JournalCodec.hash(bytes));
    }

    private static JournalException broken(Path file, long line, String why) {
        return new JournalException("the journal " + file + " is damaged at line " + line + ": " + why
                + "; nothing was changed, restore the file from a backup or move it away to start anew", line);
    }

    @Override
    public void append(List<RolloutEvent> events) throws JournalException {
        if (events.isEmpty()) {
            return;
        }
        ByteArrayOutputStream batch = new ByteArrayOutputStream(1024);
        long newSeq = seq;
        String newHead = head;
        boolean durable = false;
        for (RolloutEvent event : events) {
            byte[] line = JournalCodec.encode(++newSeq, newHead, event);
            newHead = JournalCodec.hash(line);
            batch.writeBytes(line);
            batch.write('\n');
            durable |= event.durable();
        }
        write(batch.toByteArray(), durable);
        seq = newSeq;
        head = newHead;
    }

    private void write(byte[] bytes, boolean durable) throws JournalException {
        long before = -1;
        try {
            before = out.getFilePointer();
            out.write(bytes);
            if (durable) {
                out.getFD().sync();
            }
        } catch (IOException e) {
            backTo(before);
            throw new JournalException("the journal " + file + " cannot be written: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            backTo(before);
            throw e;
        }
    }

    /** Half a line must not be left in front of the next one. */
    private void backTo(long position) {
        try {
            if (position >= 0) {
                out.setLength(position);
                out.seek(position);
            }
        } catch (IOException e) {
            // The disk is gone; the append that follows will say so.
        }
    }

    /** The hash of the last line, which stands for the whole journal. */
    public String head() {
        return head;
    }

    @Override
    public long seq() {
        return seq;
    }

    @Override
    public void close() {
        close(out);
    }
}
