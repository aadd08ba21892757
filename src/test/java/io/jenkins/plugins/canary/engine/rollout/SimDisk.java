package io.jenkins.plugins.canary.engine.rollout;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A journal on a disk that forgets what was not synced, and may tear the last line, when the process dies. */
final class SimDisk implements Journal {

    /** The process dies here. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("crash", null, false, false);
        }
    }

    private final Random random;
    private final SimPower power;
    private final double crashes;
    private final double failures;
    private byte[] synced = new byte[0];
    private ByteArrayOutputStream unsynced = new ByteArrayOutputStream();
    private long seq;
    private String head = JournalCodec.GENESIS;
    private JournalHead noted;
    private final List<RolloutEvent> onDisk = new ArrayList<>();
    boolean faulty = true;

    SimDisk(Random random, SimPower power, double crashes, double failures) {
        this.power = power;
        this.random = random;
        this.crashes = crashes;
        this.failures = failures;
    }

    private boolean strikes(double probability) {
        return faulty && random.nextDouble() < probability;
    }

    @Override
    public void append(List<RolloutEvent> events) throws JournalException {
        power.need();
        if (strikes(crashes)) {
            throw power.cut();
        }
        if (strikes(failures)) {
            throw new JournalException("no space left on device");
        }
        for (RolloutEvent event : events) {
            write(event);
            if (strikes(crashes / 4)) {
                throw power.cut();
            }
        }
        if (events.stream().anyMatch(RolloutEvent::durable)) {
            sync();
            noted = new JournalHead(seq, head);
        }
        if (strikes(crashes)) {
            throw power.cut();
        }
    }

    private void write(RolloutEvent event) {
        byte[] line = JournalCodec.encode(++seq, head, event);
        head = JournalCodec.hash(line);
        unsynced.writeBytes(line);
        unsynced.write('\n');
    }

    private void sync() {
        byte[] more = unsynced.toByteArray();
        byte[] all = java.util.Arrays.copyOf(synced, synced.length + more.length);
        System.arraycopy(more, 0, all, synced.length, more.length);
        synced = all;
        unsynced.reset();
        readBack(more);
    }

    /** Each line once, when it is on disk: reading all of them anew for every question would take most of the time. */
    private void readBack(byte[] more) {
        int from = 0;
        for (int i = 0; i < more.length; i++) {
            if (more[i] == '\n') {
                try {
                    onDisk.add(JournalCodec.decode(java.util.Arrays.copyOfRange(more, from, i))
                            .event());
                } catch (IOException e) {
                    throw new AssertionError("a line was written that cannot be read", e);
                }
                from = i + 1;
            }
        }
    }

    /** Power off, power on: part of what was not synced may have made it, cut anywhere. */
    List<RolloutEvent> restart() throws IOException {
        byte[] maybe = unsynced.toByteArray();
        int kept = maybe.length == 0 ? 0 : random.nextInt(maybe.length + 1);
        unsynced = new ByteArrayOutputStream();
        unsynced.write(maybe, 0, kept);
        sync();
        List<RolloutEvent> events = events();
        int end = lastLineEnd();
        synced = java.util.Arrays.copyOf(synced, end);
        return events;
    }

    private int lastLineEnd() {
        for (int i = synced.length; i > 0; i--) {
            if (synced[i - 1] == '\n') {
                return i;
            }
        }
        return 0;
    }

    /** What is on disk, with the chain checked, and the writer's position set behind it. */
    List<RolloutEvent> events() throws IOException {
        List<RolloutEvent> events = new ArrayList<>();
        JournalScan scan = new JournalScan("sim", noted, events::add).read(new ByteArrayInputStream(synced));
        seq = scan.seq();
        head = scan.hash();
        onDisk.clear();
        onDisk.addAll(events);
        return events;
    }

    /** Whether the end of the journal was noted beside it: without, a journal that was cut short is not seen to be. */
    boolean isNoted() {
        return noted != null;
    }

    /**
     * While the process is away, somebody or something spoils the file; its head stays where it was. Ticks behind the head
     * are as good as never written, and left out.
     */
    void spoil() {
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; ends.size() < noted.seq(); i++) {
            if (synced[i] == '\n') {
                ends.add(i + 1);
            }
        }
        switch (random.nextInt(4)) {
            case 0 -> synced = new byte[0];
            case 1 ->
                synced = java.util.Arrays.copyOf(
                        synced, ends.size() < 2 ? 0 : ends.get(random.nextInt(ends.size() - 1)));
            case 2 -> synced = java.util.Arrays.copyOf(synced, random.nextInt(ends.get(ends.size() - 1)));
            default -> {
                synced = synced.clone();
                synced[random.nextInt(ends.get(ends.size() - 1))] ^= (byte) (1 + random.nextInt(127));
            }
        }
    }

    /** A new journal in place of the lost one. */
    List<RolloutEvent> replace(List<RolloutEvent> events) throws IOException {
        synced = new byte[0];
        onDisk.clear();
        seq = 0;
        head = JournalCodec.GENESIS;
        noted = null;
        for (RolloutEvent event : events) {
            write(event);
        }
        sync();
        return events();
    }

    /** Everything appended so far, synced or not. */
    List<RolloutEvent> written() throws IOException {
        sync();
        return events();
    }

    /** Whether a reader after a power cut would find this. */
    boolean hasOnDisk(java.util.function.Predicate<RolloutEvent> wanted) {
        return onDisk.stream().anyMatch(wanted);
    }
}
