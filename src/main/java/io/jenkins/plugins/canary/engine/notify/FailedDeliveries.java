package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.FailedDeliveryRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom one rollout's notices do not reach, as of now: live state beside the journal, which only keeps when it began. An
 * entry goes as soon as something is delivered again. Holds names and never an address. Any thread.
 */
public final class FailedDeliveries {

    /** A receiver that comes and goes must not fill the journal. */
    private static final int MOST_WRITTEN = 20;

    private final Map<String, FailedDeliveryRow> rows = new LinkedHashMap<>();
    private final List<String> unwritten = new ArrayList<>();
    private final Runnable onFailure;
    private int written;

    /** @param onFailure called after each failure, outside of all locks */
    FailedDeliveries(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    /** The receivers whom the newest notices did not reach. */
    public synchronized List<FailedDeliveryRow> rows() {
        return List.copyOf(rows.values());
    }

    /** A receiver that is told of nothing, since its address cannot be had or used. */
    void unreachable(Receiver receiver, String shown, String why) {
        put(new FailedDeliveryRow(shown, receiver.to().word(), null, 0, why, null, true));
    }

    /** On the sender's threads and without its lock. */
    synchronized void delivered(Address to) {
        rows.remove(key(to.shown(), to.format().word()));
    }

    /**
     * On the sender's threads and without its lock.
     *
     * @param why without anything of the address
     * @param over whether it is not tried again
     */
    void failed(Address to, Notice notice, int tries, String why, boolean over, long at) {
        put(new FailedDeliveryRow(to.shown(), to.format().word(), notice.kind(), tries, why, at, over));
        onFailure.run();
    }

    private synchronized void put(FailedDeliveryRow row) {
        FailedDeliveryRow before = rows.get(key(row.to(), row.format()));
        // What nobody was told of stays in sight while the next notice is on its way.
        boolean known = before != null && before.over();
        if (known && !row.over()) {
            return;
        }
        rows.put(key(row.to(), row.format()), row);
        if (row.over() && !known && written < MOST_WRITTEN) {
            written++;
            unwritten.add(words(row));
        }
    }

    private static String key(String to, String format) {
        return format + " " + to;
    }

    /** {@code Notification slack env:HOOK: not delivered, 3 tries, it answered 503}. */
    public static String words(FailedDeliveryRow row) {
        return "Notification " + key(row.to(), row.format()) + ": "
                + (row.tries() == 0 ? "no notifications" : "not delivered, " + Units.count(row.tries(), "try", "tries"))
                + ", " + row.says();
    }

    /** Has the journal keep what began to fail. May wait for the disk, so not under a lock and not where notices are made. */
    void write(RolloutRun run) {
        List<String> lines;
        synchronized (this) {
            lines = List.copyOf(unwritten);
            unwritten.clear();
        }
        lines.forEach(run::warn);
    }

    synchronized boolean hasUnwritten() {
        return !unwritten.isEmpty();
    }
}
