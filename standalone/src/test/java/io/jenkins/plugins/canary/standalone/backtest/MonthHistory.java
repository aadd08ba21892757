package io.jenkins.plugins.canary.standalone.backtest;

import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;

/**
 * Made-up days of two versions at one sample a minute, as blocks of a Prometheus: a request rate that swings with the day,
 * and an hour in which one request in twenty of the canary fails, of which an alert tells.
 */
public record MonthHistory(int days) {

    public static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    public static final int INCIDENT_BEGINS = 1_000;
    public static final int INCIDENT_ENDS = 1_060;
    private static final double[] BOUNDS = {0.05, 0.1, 0.2, 0.5, 1};

    /** @param dir gets the blocks in {@code data} */
    public void load(Path dir) throws IOException, InterruptedException {
        Path history = dir.resolve("history.txt");
        Random random = new Random(30);
        try (BufferedWriter page = Files.newBufferedWriter(history)) {
            for (String version : new String[] {"v1", "v2"}) {
                write(page, version, random);
            }
            alert(page);
            page.write("# EOF\n");
        }
        PrometheusProcess.backfill(history, dir);
        Files.delete(history);
    }

    /** Fires three minutes after the incident began, until it is over. */
    private static void alert(BufferedWriter page) throws IOException {
        for (int minute = INCIDENT_BEGINS + 3; minute < INCIDENT_ENDS; minute++) {
            page.write("ALERTS{alertname=\"TooManyErrors\",alertstate=\"firing\",severity=\"page\"} 1 "
                    + (START.getEpochSecond() + minute * 60L) + "\n");
        }
    }

    private void write(BufferedWriter page, String version, Random random) throws IOException {
        long[] status = new long[2];
        long[] buckets = new long[BOUNDS.length + 1];
        StringBuilder[] series = new StringBuilder[2 + buckets.length];
        for (int i = 0; i < series.length; i++) {
            series[i] = new StringBuilder();
        }
        for (int minute = 0; minute <= days * 1_440; minute++) {
            int requests = (int) (200 * (1 + 0.5 * Math.sin(minute * Math.PI / 720)));
            boolean incident = version.equals("v2") && minute >= INCIDENT_BEGINS && minute < INCIDENT_ENDS;
            for (int i = 0; i < requests; i++) {
                status[random.nextDouble() < (incident ? 0.05 : 0.001) ? 1 : 0]++;
                double seconds = 0.08 * Math.exp(0.6 * random.nextGaussian());
                int bucket = 0;
                while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
                    bucket++;
                }
                for (int b = bucket; b < buckets.length; b++) {
                    buckets[b]++;
                }
            }
            String time = " " + (START.getEpochSecond() + minute * 60L) + "\n";
            for (int i = 0; i < 2; i++) {
                series[i]
                        .append("http_requests_total{version=\"")
                        .append(version)
                        .append("\",status=\"")
                        .append(i == 0 ? 200 : 500)
                        .append("\"} ")
                        .append(status[i])
                        .append(time);
            }
            for (int b = 0; b < buckets.length; b++) {
                series[2 + b]
                        .append("http_request_duration_seconds_bucket{version=\"")
                        .append(version)
                        .append("\",le=\"")
                        .append(b < BOUNDS.length ? String.valueOf(BOUNDS[b]) : "+Inf")
                        .append("\"} ")
                        .append(buckets[b])
                        .append(time);
            }
        }
        for (StringBuilder s : series) {
            page.append(s);
        }
    }
}
