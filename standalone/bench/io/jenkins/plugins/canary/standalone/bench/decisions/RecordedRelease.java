package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.Track;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A release that was recorded somewhere, minute by minute and pod by pod. */
record RecordedRelease(String name, String label, List<RecordedMinute> minutes) {

    static final String PLACEBO = "placebo: an old pod, other old pods";
    private static final int LEAST_MINUTES = 5;
    private static final int LEAST_PODS = 3;
    private static final int TICKS_A_MINUTE = (int) (60 / Trace.STEP.toSeconds());
    /** The buckets are finest here; recorded durations are scaled so that stable's typical one is this, in seconds. */
    private static final double TYPICAL = 0.06;

    /** @throws IOException when a file cannot be read; the message names the file and line */
    static List<RecordedRelease> read(Path folder, double spread) throws IOException {
        Map<String, List<RecordedMinute>> releases = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".csv")).sorted().toList()) {
                for (RecordedMinute minute : rows(file, spread)) {
                    releases.computeIfAbsent(minute.release(), r -> new ArrayList<>())
                            .add(minute);
                }
            }
        }
        return releases.entrySet().stream()
                .map(e -> new RecordedRelease(e.getKey(), e.getValue().get(0).label(), e.getValue()))
                .toList();
    }

    private static List<RecordedMinute> rows(Path file, double spread) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] header = lines.get(0).split(",");
        List<RecordedMinute> rows = new ArrayList<>();
        for (int n = 1; n < lines.size(); n++) {
            String[] values = lines.get(n).split(",", -1);
            Map<String, String> row = new HashMap<>();
            for (int c = 0; c < Math.min(header.length, values.length); c++) {
                row.put(header[c], values[c]);
            }
            try {
                rows.add(RecordedMinute.of(row, spread));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ", line " + (n + 1) + ": " + e.getMessage(), e);
            }
        }
        return rows;
    }

    /** Whether both versions served beside each other for five minutes. */
    boolean compares() {
        return minutes.stream()
                        .filter(m -> m.track() == Track.CANARY && m.minute() >= 0)
                        .map(RecordedMinute::minute)
                        .distinct()
                        .filter(minute ->
                                minutes.stream().anyMatch(m -> m.track() == Track.STABLE && m.minute() == minute))
                        .count()
                >= LEAST_MINUTES;
    }

    /**
     * No release at all: of the old pods before the release the one that was recorded longest, as the canary of the other
     * ones. Nothing without two others.
     */
    Optional<RecordedRelease> placebo() {
        boolean released = minutes.stream().anyMatch(m -> m.track() == Track.CANARY);
        List<RecordedMinute> alone =
                minutes.stream().filter(m -> !released || m.minute() < 0).toList();
        Map<String, Long> old = alone.stream()
                .collect(Collectors.groupingBy(RecordedMinute::pod, LinkedHashMap::new, Collectors.counting()));
        if (old.size() < LEAST_PODS) {
            return Optional.empty();
        }
        String longest = old.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        int first = alone.stream()
                        .filter(m -> m.pod().equals(longest))
                        .mapToInt(RecordedMinute::minute)
                        .min()
                        .orElseThrow()
                + Trace.BEFORE / TICKS_A_MINUTE;
        List<RecordedMinute> alike = alone.stream()
                .map(m -> m.at(m.minute() - first, m.pod().equals(longest) ? Track.CANARY : Track.STABLE))
                .toList();
        return Optional.of(new RecordedRelease(name, PLACEBO, alike)).filter(RecordedRelease::compares);
    }

    /** What a source would have read: every recorded request is drawn, at any moment of its minute. */
    Trace trace(long seed) {
        Dice dice = new Dice(seed);
        double scale = TYPICAL / typical();
        Map<Track, long[]> requests = new EnumMap<>(Track.class);
        Map<Track, long[]> failures = new EnumMap<>(Track.class);
        Map<Track, long[][]> buckets = new EnumMap<>(Track.class);
        Map<Track, Map<String, long[][]>> pods = new EnumMap<>(Track.class);
        long[][] before = new long[Trace.BEFORE][Durations.BOUNDS.length + 1];
        for (Track track : Track.values()) {
            requests.put(track, new long[Trace.TICKS]);
            failures.put(track, new long[Trace.TICKS]);
            buckets.put(track, new long[Trace.TICKS][Durations.BOUNDS.length + 1]);
            pods.put(track, new HashMap<>());
        }
        for (RecordedMinute minute : minutes) {
            long[][] pod = pods.get(minute.track())
                    .computeIfAbsent(minute.pod(), p -> new long[Trace.TICKS][Durations.BOUNDS.length + 1]);
            for (long request = 0; request < minute.requests(); request++) {
                int tick = minute.minute() * TICKS_A_MINUTE + (int) (dice.uniform() * TICKS_A_MINUTE);
                int bucket = minute.durations().isEmpty() ? 0 : Durations.bucket(scale * minute.draw(dice));
                if (tick >= 0 && tick < Trace.TICKS) {
                    requests.get(minute.track())[tick]++;
                    failures.get(minute.track())[tick] += request < minute.failures() ? 1 : 0;
                    buckets.get(minute.track())[tick][bucket]++;
                    pod[tick][bucket]++;
                } else if (tick < 0 && tick >= -Trace.BEFORE && minute.track() == Track.STABLE) {
                    before[tick + Trace.BEFORE][bucket]++;
                }
            }
        }
        return new Trace(requests, failures, buckets, pods, before, List.of(), 0);
    }

    /** Stable's median of the recorded durations, seconds; as it is where none was recorded. */
    private double typical() {
        double[] medians = minutes.stream()
                .filter(m -> m.track() == Track.STABLE && !m.durations().isEmpty())
                .mapToDouble(m -> m.quantile(0))
                .sorted()
                .toArray();
        return medians.length == 0 ? TYPICAL : medians[medians.length / 2];
    }
}
