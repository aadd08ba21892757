package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads the past in parts, and keeps each part in a folder: what was read once is not asked for again, so that a reading
 * that was broken off goes on where it stood. For one thread.
 *
 * @param folder of the parts; null to keep nothing
 */
public record PastReader(RangeReader source, Path folder, InstantSource clock) {

    /** Steps a part; a day and a half of minutes. */
    private static final int PART = 2_160;

    /** Told after each part. */
    public interface Progress {
        void part(int done, int of);
    }

    /**
     * @param instead which query is sent for one that is wanted
     * @throws MetricException for people
     * @throws IOException when the folder cannot be written
     */
    public Recording read(
            Set<MetricQuery> queries,
            UnaryOperator<MetricQuery> instead,
            Instant start,
            int steps,
            Duration step,
            Progress progress)
            throws MetricException, IOException {
        Map<MetricQuery, double[]> values = new LinkedHashMap<>();
        Map<MetricQuery, double[]> sent = new LinkedHashMap<>();
        int parts = (steps + PART - 1) / PART;
        int all = parts * (int) queries.stream().map(instead).distinct().count();
        int done = 0;
        for (MetricQuery query : queries) {
            MetricQuery asked = instead.apply(query);
            if (!sent.containsKey(asked)) {
                double[] series = new double[steps];
                for (int i = 0; i < parts; i++) {
                    int length = Math.min(PART, steps - i * PART);
                    double[] part = part(asked, start.plus(step.multipliedBy((long) i * PART)), length, step);
                    System.arraycopy(part, 0, series, i * PART, length);
                    progress.part(++done, all);
                }
                sent.put(asked, series);
            }
            values.put(query, sent.get(asked));
        }
        return new Recording(start.toEpochMilli(), step.toMillis(), values);
    }

    private double[] part(MetricQuery query, Instant start, int steps, Duration step)
            throws MetricException, IOException {
        Path kept = folder == null
                ? null
                : folder.resolve(
                        name(source.promQl(query) + " " + start.toEpochMilli() + " " + steps + " " + step.toMillis()));
        if (kept != null && Files.exists(kept) && Files.size(kept) == (long) steps * Double.BYTES) {
            double[] values = new double[steps];
            ByteBuffer.wrap(Files.readAllBytes(kept)).asDoubleBuffer().get(values);
            return values;
        }
        double[] values = source.read(query, start, steps, step);
        // What ends now may still get late samples.
        boolean past =
                start.plus(step.multipliedBy(steps)).isBefore(clock.instant().minus(Duration.ofMinutes(5)));
        if (kept != null && past) {
            Files.createDirectories(folder);
            ByteBuffer bytes = ByteBuffer.allocate(steps * Double.BYTES);
            Arrays.stream(values).forEach(bytes::putDouble);
            Path whole = Files.write(folder.resolve(kept.getFileName() + ".part"), bytes.array());
            Files.move(whole, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return values;
    }

    private static String name(String of) {
        return Sha256.hex(of).substring(0, 32) + ".values";
    }
}
