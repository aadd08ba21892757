package io.jenkins.plugins.canary.engine.metric;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;

/**
 * Names a metric: a built-in one or one the plan defines.
 *
 * @param name {@code success-rate}, {@code latency}, or the name of a custom metric
 * @param quantile for {@code latency}, strictly between 0 and 1; null for the others
 */
public record Metric(String name, Double quantile) {

    public Metric {
        Objects.requireNonNull(name, "name"); // a damaged journal may have an object without one
    }

    public static Metric of(String name) {
        return new Metric(name, null);
    }

    private static final String PROBE = "probe:";
    private static final String ALERTS = "alerts:";
    private static final String SLO = "slo:";

    /** How many expectations of a probe of the plan are not met: no metric's name has a colon. */
    public static Metric ofProbe(String probe) {
        return of(PROBE + probe);
    }

    /** The probe that this is about; null when it is a metric. */
    public String probe() {
        return name.startsWith(PROBE) ? name.substring(PROBE.length()) : null;
    }

    /** How many alerts fire, of those that a criterion looks for. */
    public static Metric ofAlerts(String which) {
        return of(ALERTS + which);
    }

    /** Which alerts this is about; null when it is another metric. */
    public String alerts() {
        return name.startsWith(ALERTS) ? name.substring(ALERTS.length()) : null;
    }

    /** How fast the error budget of an objective burns. */
    public static Metric ofSlo(String which) {
        return of(SLO + which);
    }

    /** Which objective this is about; null when it is another metric. */
    public String slo() {
        return name.startsWith(SLO) ? name.substring(SLO.length()) : null;
    }

    /** Whether the past can be asked for it. */
    public boolean isRecorded() {
        return probe() == null && alerts() == null;
    }

    /** Whether its readings say in words what was found: of a number alone nobody could tell what to do. */
    public boolean hasWords() {
        return !isRecorded() || slo() != null;
    }

    /** One string that stands for the metric in journals and on pages: {@code latency(0.99)}. */
    @JsonValue
    public String key() {
        return quantile == null ? name : name + "(" + quantile + ")";
    }

    @JsonCreator
    public static Metric parse(String key) {
        int open = key.indexOf('(');
        return open < 0 || key.startsWith(ALERTS) || key.startsWith(SLO)
                ? of(key)
                : new Metric(key.substring(0, open), Double.valueOf(key.substring(open + 1, key.length() - 1)));
    }

    /** As people say it: {@code latency p99}. */
    public String label() {
        if (quantile == null) {
            return hasWords() ? name.replaceFirst(":", " ") : name;
        }
        return name + " p"
                + new java.math.BigDecimal(String.valueOf(quantile))
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString();
    }

    /** Written out, as {@link #equals}: every map by queries asks for it. */
    @Override
    public int hashCode() {
        return name.hashCode() + Objects.hashCode(quantile);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Metric m && name.equals(m.name) && Objects.equals(quantile, m.quantile);
    }

    @Override
    public String toString() {
        return label();
    }
}
