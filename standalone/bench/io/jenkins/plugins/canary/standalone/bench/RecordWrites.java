package io.jenkins.plugins.canary.standalone.bench;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts how often each build's build.xml is replaced: Jenkins writes another file and renames it. */
final class RecordWrites implements AutoCloseable {

    private static final long MINUTE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final WatchService watch = FileSystems.getDefault().newWatchService();
    private final Map<WatchKey, List<Long>> writes = new HashMap<>();

    RecordWrites(List<Path> builds) throws IOException {
        for (Path build : builds) {
            writes.put(build.register(watch, StandardWatchEventKinds.ENTRY_CREATE), new ArrayList<>());
        }
    }

    /** Counts for a time. */
    void follow(long millis) throws InterruptedException {
        long until = System.currentTimeMillis() + millis;
        for (long left = millis; left > 0; left = until - System.currentTimeMillis()) {
            WatchKey key = watch.poll(left, TimeUnit.MILLISECONDS);
            if (key != null) {
                count(key);
                key.reset();
            }
        }
    }

    private void count(WatchKey key) {
        long now = System.currentTimeMillis();
        for (WatchEvent<?> event : key.pollEvents()) {
            if (String.valueOf(event.context()).equals("build.xml")) {
                for (int i = 0; i < event.count(); i++) {
                    writes.get(key).add(now);
                }
            }
        }
    }

    int all() {
        return writes.values().stream().mapToInt(List::size).sum();
    }

    /** The most that a build's was written within a minute. */
    int mostInAMinute() {
        int most = 0;
        for (List<Long> times : writes.values()) {
            for (int first = 0; first < times.size(); first++) {
                int last = first;
                while (last < times.size() && times.get(last) - times.get(first) < MINUTE_MILLIS) {
                    last++;
                }
                most = Math.max(most, last - first);
            }
        }
        return most;
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
