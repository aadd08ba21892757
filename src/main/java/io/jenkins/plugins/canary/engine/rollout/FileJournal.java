package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.rollout.JournalException.Trouble;
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
 * later shows. How far it was on disk stands beside it ({@link JournalHead}). A last line without its line break was being written when the process died; nothing acted on it, and
 * it is cut off. A lock on the file keeps a second process out.
 */
public final class FileJournal implements Journal {

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
     * @throws JournalException when it was edited, cannot be read, another process has it, or it is gone and its head is not
     */
    public static FileJournal open(Path file, Consumer<RolloutEvent> replay) throws JournalException {
        return open(file, replay, JournalHead.of(file) != null);
    }

    /**
     * Opens the journal of a rollout that is known to have begun.
     *
     * @throws JournalException as {@link #open}, and when it is missing or empty
     */
    public static FileJournal reopen(Path file, Consumer<RolloutEvent> replay) throws JournalException {
        return open(file, replay, true);
    }

    private static FileJournal open(Path file, Consumer<RolloutEvent> replay, boolean begun) throws JournalException {
        RandomAccessFile out = null;
        try {
            if (begun && Files.notExists(file)) {
                throw lost(file, " is missing", Trouble.MISSING);
            }
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
            JournalScan end = scan(file, replay);
            if (begun && end.seq() == 0) {
                throw lost(file, " is empty", Trouble.EMPTY);
            }
            out.setLength(end.bytes());
            out.seek(end.bytes());
            return new FileJournal(file, out, end.seq(), end.hash());
        } catch (IOException e) {
            close(out);
            throw e instanceof JournalException j
                    ? j
                    : new JournalException("the journal " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static JournalException lost(Path file, String is, Trouble trouble) {
        String why = "the journal " + file + is + ", and a rollout began in it; " + JournalRecovery.REMEDY;
        return new JournalException(why, trouble, 0);
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

    /** @throws JournalException when another process, or this one, writes the journal */
    static void mustBeFree(Path file) throws IOException {
        if (Files.exists(file)) {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                lock(file, out.getChannel());
            }
        }
    }

    /** Moves a journal that nobody writes, with what belongs to it. */
    public static void move(Path file, Path to) throws IOException {
        Files.move(file, to);
        JournalHead.move(file, to);
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
        return scan(file, each).hash();
    }

    static JournalScan scan(Path file, Consumer<RolloutEvent> each) throws JournalException {
        JournalHead noted = JournalHead.of(file);
        try (InputStream in = Files.newInputStream(file)) {
            return new JournalScan(file.toString(), noted, each).read(in);
        } catch (JournalException e) {
            throw e;
        } catch (IOException e) {
            throw new JournalException("the journal " + file + " cannot be read: " + e.getMessage(), e);
        }
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
            if (line.length > JournalCodec.LONGEST_LINE) {
                throw new JournalException("the journal " + file + " takes no line longer than "
                        + (JournalCodec.LONGEST_LINE >> 20) + " MiB, and this "
                        + event.getClass().getSimpleName()
                        + " has " + line.length + " bytes");
            }
            newHead = JournalCodec.hash(line);
            batch.writeBytes(line);
            batch.write('\n');
            durable |= event.durable();
        }
        write(batch.toByteArray(), durable);
        seq = newSeq;
        head = newHead;
        if (durable) {
            new JournalHead(seq, head).note(file);
        }
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

    @Override
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
