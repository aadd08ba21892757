package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import java.util.Map;

/**
 * Which firing alerts are looked for, and where. A metric that is one counts them, and says which they are.
 *
 * @param url the server's base address; null for the Prometheus server of the plan's {@code metrics}
 * @param match label matchers as PromQL writes them, with placeholders
 * @param existing whether alerts count that fired before the rollout began
 * @param headers secrets that are sent along, by the header's name
 */
public record AlertQuery(
        System system, String url, String match, boolean existing, Map<String, Secrets.Ref> headers, Auth auth) {

    /** What keeps alerts. */
    public enum System {
        PROMETHEUS,
        ALERTMANAGER,
        GRAFANA,
        DATADOG
    }

    public AlertQuery {
        headers = Map.copyOf(headers);
    }

    /** What is asked of the server, whichever of its alerts count. */
    public AlertQuery request() {
        return existing ? this : new AlertQuery(system, url, match, true, headers, auth);
    }
}
