package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import java.time.Duration;
import java.util.List;

/**
 * The plan's {@code preflight:}.
 *
 * @param checks names of the checks that are made; empty for none
 * @param fix whether what can be fixed for the time of a rollout is
 * @param drainTimeout how long the ingress lets requests under way go on when an endpoint goes away
 * @param database null when none is declared
 */
public record PreflightSettings(List<String> checks, boolean fix, Duration drainTimeout, Database database) {

    /** nginx's worker-shutdown and most load balancers' deregistration are about this long or longer. */
    public static final Duration DRAIN = Duration.ofSeconds(60);

    /** What a plan that says nothing gets. */
    public static final PreflightSettings DEFAULT = new PreflightSettings(Checks.NAMES, false, DRAIN, null);

    /**
     * What the pods of both versions share.
     *
     * @param maxConnections the most that it takes
     * @param pool the most that a pod opens: a number, or the environment variable that holds it
     */
    public record Database(long maxConnections, String pool) {}

    public PreflightSettings {
        checks = List.copyOf(checks);
    }
}
