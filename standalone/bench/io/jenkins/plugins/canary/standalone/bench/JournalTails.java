package io.jenkins.plugins.canary.standalone.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The journals of a Jenkins' rollouts, as far as their last tick. */
final class JournalTails {

    private static final Pattern TICKED = Pattern.compile("\"type\":\"ticked\",\"at\":(\\d+)");
    /** More than a line of a tick, and what may come after it. */
    private static final int TAIL = 16 << 10;

    private final List<Path> journals = new ArrayList<>();

    JournalTails(List<Path> builds) throws IOException {
        for (Path build : builds) {
            try (Stream<Path> all = Files.list(build.resolve("canary"))) {
                all.filter(p -> p.toString().endsWith(".jsonl")).forEach(journals::add);
            }
        }
    }

    /** How many rollouts have ticked since a moment, in milliseconds since the epoch. */
    int tickedSince(long moment) throws IOException {
        int ticked = 0;
        for (Path journal : journals) {
            if (lastTick(journal) >= moment) {
                ticked++;
            }
        }
        return ticked;
    }

    private static long lastTick(Path journal) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "r")) {
            long size = file.length();
            byte[] tail = new byte[(int) Math.min(TAIL, size)];
            file.seek(size - tail.length);
            file.readFully(tail);
            Matcher ticks = TICKED.matcher(new String(tail, StandardCharsets.ISO_8859_1));
            long last = 0;
            while (ticks.find()) {
                last = Long.parseLong(ticks.group(1));
            }
            return last;
        }
    }
}
