package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names for metrics of a plan's own that come from another tool's configuration. Not for use by several threads. */
public final class MetricNames {

    private static final int LONGEST = 63;
    /** For a prefix and a number. */
    private static final int MARGIN = 12;

    private final String prefix;
    private final Set<String> taken = new HashSet<>();

    /** @param prefix for a name that a plan's built-in metrics have: {@code kayenta-} */
    public MetricNames(String prefix) {
        this.prefix = prefix;
    }

    /** A name as plans have them, which this has not given before. */
    public String next(String given) {
        String plain = given.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        // No two dashes stand together any more.
        plain = plain.startsWith("-") ? plain.substring(1) : plain;
        plain = plain.endsWith("-") ? plain.substring(0, plain.length() - 1) : plain;
        String base = plain.isEmpty() ? "metric" : plain.substring(0, Math.min(LONGEST - MARGIN, plain.length()));
        boolean reserved = BuiltInMetric.named(base).isPresent()
                || SetMetric.named(base).isPresent()
                || LogMetric.named(base).isPresent();
        base = reserved || Character.isDigit(base.charAt(0)) ? prefix + base : base;
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }
}
