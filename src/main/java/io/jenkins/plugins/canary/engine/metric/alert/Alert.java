package io.jenkins.plugins.canary.engine.metric.alert;

import io.jenkins.plugins.canary.engine.PlainText;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;

/**
 * One alert that fires.
 *
 * @param labels tells it from others; {@link #NAME} is its name
 * @param since null where that is not known
 * @param link where it is explained, http or https; null without one
 */
record Alert(Map<String, String> labels, Instant since, String link) {

    /** The label that holds an alert's name, whatever keeps it. */
    static final String NAME = "alertname";

    static final Comparator<Alert> OLDEST_FIRST = Comparator.comparing(
                    Alert::since, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Alert::words);

    private static final int LONGEST_NAME = 60;
    /** Half an address leads nowhere: a longer one is left out. */
    private static final int LONGEST_LINK = 300;

    Alert {
        labels = Map.copyOf(labels);
        link = isLink(link) ? link : null;
    }

    private static boolean isLink(String text) {
        if (text == null || text.length() > LONGEST_LINK || !text.equals(PlainText.clip(text, LONGEST_LINK))) {
            return false;
        }
        try {
            URI uri = URI.create(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null && uri.getRawUserInfo() == null;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    /** Whether it fired at that time already; not known to have means that it did not. */
    boolean firedAt(Instant time) {
        return since != null && since.isBefore(time);
    }

    /** In words: {@code ShopErrors since 2026-02-01T10:05:00Z, https://prometheus/graph?...}. */
    String words() {
        String name = PlainText.clip(labels.getOrDefault(NAME, ""), LONGEST_NAME);
        return (name.isEmpty() ? "an alert without a name" : name)
                + (since == null ? "" : " since " + since.truncatedTo(ChronoUnit.SECONDS))
                + (link == null ? "" : ", " + link);
    }
}
